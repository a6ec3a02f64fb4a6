import { networkContract } from "./contract.ts";

networkContract("tap-bridge", {
  fields: {
    type: "tap-bridge",
    bridge: "gbktap",
    namespace: "gbk-client",
    subnet: "198.19.0.0/24",
    hostAddress: "198.19.0.1",
    clientAddress: "198.19.0.2",
  },
  kill: ({ plan }) => `ip link del ${plan.bridge}`,
  guestsSurvive: false,
});
