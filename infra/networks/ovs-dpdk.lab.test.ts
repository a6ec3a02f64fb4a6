import { networkContract } from "./contract.ts";

networkContract("ovs-dpdk", {
  fields: {
    type: "ovs-dpdk",
    socketMemoryMiB: 256,
    // the pool of the machine's huge pages is everybody's
    hugePages: "none",
  },
  kill: (_, stack) => `kill -9 $(cat /run/guestbench/${stack}/openvswitch/ovs-vswitchd.pid)`,
  guestsSurvive: true,
});
