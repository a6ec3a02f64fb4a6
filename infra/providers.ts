/** The Pulumi SDKs, loaded when a program first asks for them: validating a stack must not cost a second of imports. */
import { createRequire } from "node:module";
import type * as Command from "@pulumi/command";
import type * as Docker from "@pulumi/docker";
import type * as Libvirt from "@pulumi/libvirt";
import type * as Pulumi from "@pulumi/pulumi";

const require = createRequire(import.meta.url);

export const pulumi = (): typeof Pulumi => require("@pulumi/pulumi");
export const command = (): typeof Command => require("@pulumi/command");
export const docker = (): typeof Docker => require("@pulumi/docker");
export const libvirt = (): typeof Libvirt => require("@pulumi/libvirt");

/** A component resource whose children are declared by `build`; its outputs are registered at the end. */
export function component<T extends { resource?: Pulumi.Resource }>(
  type: string,
  name: string,
  options: Pulumi.ComponentResourceOptions,
  build: (parent: Pulumi.ComponentResource) => Omit<T, "resource">,
): T & { resource: Pulumi.ComponentResource } {
  class Component extends pulumi().ComponentResource {
    finish() {
      this.registerOutputs({});
    }
  }
  const resource = new Component(`guestbench:${type}`, name, {}, options);
  const built = build(resource);
  resource.finish();
  return { ...(built as T), resource };
}
