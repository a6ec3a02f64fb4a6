import { networkContract } from "./contract.ts";

const killed = (name: string, stack: string) => `kill -9 $(cat /run/guestbench/${stack}/openvswitch/${name}.pid)`;

networkContract("ovs, the data path that the host has", {
  fields: { type: "ovs" },
  kill: (_, stack) => killed("ovs-vswitchd", stack),
  guestsSurvive: true,
});

networkContract("ovs, the kernel's data path", {
  fields: { type: "ovs", dataPath: "kernel" },
  kill: (_, stack) => `${killed("ovs-vswitchd", stack)}; ${killed("ovsdb-server", stack)}`,
  guestsSurvive: true,
});

networkContract("ovs, the data path in user space, ended politely", {
  fields: { type: "ovs", dataPath: "netdev" },
  // it puts the bridge's interface down before it goes
  kill: (_, stack) =>
    `pid=$(cat /run/guestbench/${stack}/openvswitch/ovs-vswitchd.pid); kill $pid; while [ -e /proc/$pid/exe ]; do sleep 0.1; done`,
  guestsSurvive: true,
});
