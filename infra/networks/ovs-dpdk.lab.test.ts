import { networkContract } from "./contract.ts";

networkContract("ovs-dpdk", {
  fields: {
    type: "ovs-dpdk",
    bridge: "gbkdpdk",
    namespace: "gbk-client",
    subnet: "198.19.4.0/24",
    hostAddress: "198.19.4.1",
    clientAddress: "198.19.4.2",
    socketMemoryMiB: 256,
    // the pool of the machine's huge pages is everybody's
    hugePages: "none",
  },
  kill: (_, stack) => `kill -9 $(cat /run/guestbench/${stack}/openvswitch/ovs-vswitchd.pid)`,
  guestsSurvive: true,
});
