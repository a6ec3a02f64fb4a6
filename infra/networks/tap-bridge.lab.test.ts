import { networkContract } from "./contract.ts";

networkContract("tap-bridge", {
  fields: { type: "tap-bridge" },
  kill: ({ plan }) => `ip link del ${plan.bridge}`,
  guestsSurvive: false,
});
