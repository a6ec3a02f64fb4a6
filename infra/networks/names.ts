/** Names on the host that belong to a guest's address, so that they are known in advance and cannot meet. */

const named = (prefix: string) => (address: string) => `${prefix}${address.split(".").slice(1).join("-")}`;

/** 198.18.0.11 → gbt18-0-11: a virtual machine's tap. */
export const tapOf = named("gbt");

/** 198.18.0.11 → gbv18-0-11: a virtual machine's vhost-user port. */
export const vhostUserPortOf = named("gbv");

/** 198.18.0.10 → gbc18-0-10: the host's end of a container's pair. */
export const vethOf = named("gbc");
