import { networkContract } from "./contract.ts";

const fields = (net: number) => ({
  type: "ovs",
  bridge: `gbkovs${net}`,
  namespace: "gbk-client",
  subnet: `198.19.${net}.0/24`,
  hostAddress: `198.19.${net}.1`,
  clientAddress: `198.19.${net}.2`,
});
const killed = (name: string, stack: string) => `kill -9 $(cat /run/guestbench/${stack}/openvswitch/${name}.pid)`;

networkContract("ovs, the data path that the host has", {
  fields: fields(1),
  kill: (_, stack) => killed("ovs-vswitchd", stack),
  guestsSurvive: true,
});

networkContract("ovs, the kernel's data path", {
  fields: { ...fields(2), dataPath: "kernel" },
  kill: (_, stack) => `${killed("ovs-vswitchd", stack)}; ${killed("ovsdb-server", stack)}`,
  guestsSurvive: true,
});

networkContract("ovs, the data path in user space", {
  fields: { ...fields(3), dataPath: "netdev" },
  kill: (_, stack) => `${killed("ovs-vswitchd", stack)}; ${killed("ovsdb-server", stack)}`,
  guestsSurvive: true,
});
