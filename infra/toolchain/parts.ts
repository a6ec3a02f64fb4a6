/** The programs of the toolchain as data: what each is for, its official release and its recipe from Go modules. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir } from "./paths.ts";
import { versions } from "./versions.ts";

/** An archive that upstream publishes, with the checksum file published beside it. */
export interface Release {
  url: string;
  checksumsUrl: string;
}

/** How a part is built from the pinned modules in `go/<folder>`. */
export interface GoRecipe {
  folder: string;
  /** What `go build` builds. */
  package: string;
  ldflags: string;
  /** A program that is built and run first; its `schema.json` is copied to `into`. */
  generate?: { package: string; args: string[]; into: string };
  /** Wall time on 2 cores with cold caches, parts before it built. */
  estimateMs: number;
}

export interface Part {
  id: string;
  title: string;
  why: string;
  version: string;
  /** File name of the program. */
  program: string;
  release: Release | undefined;
  go: GoRecipe;
  /** How Pulumi's plugin cache calls it; undefined for what is not a resource plugin. */
  plugin?: string;
}

/** Go's name of this machine's architecture, also used in release names. */
export const goArch = process.arch === "x64" ? "amd64" : process.arch;

const github = (repository: string, version: string) =>
  `https://github.com/pulumi/${repository}/releases/download/v${version}`;

function pluginRelease(repository: string, plugin: string, version: string): Release {
  return {
    url: `${github(repository, version)}/pulumi-resource-${plugin}-v${version}-linux-${goArch}.tar.gz`,
    checksumsUrl: `${github(repository, version)}/${repository}_${version}_checksums.txt`,
  };
}

export const cli: Part = {
  id: "pulumi",
  title: "Pulumi CLI",
  why: "creates and destroys the testbed",
  version: versions.pulumi,
  program: "pulumi",
  release: {
    url: `https://get.pulumi.com/releases/sdk/pulumi-v${versions.pulumi}-linux-${process.arch}.tar.gz`,
    checksumsUrl: `${github("pulumi", versions.pulumi)}/pulumi-${versions.pulumi}-checksums.txt`,
  },
  go: {
    folder: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${versions.pulumi}`,
    estimateMs: 210_000,
  },
};

const command: Part = {
  id: "plugin-command",
  title: "Pulumi plugin command",
  why: "bridges, taps, huge pages and image builds",
  version: versions.command,
  program: "pulumi-resource-command",
  plugin: "command",
  release: pluginRelease("pulumi-command", "command", versions.command),
  go: { folder: "command", package: ".", ldflags: `-X main.Version=${versions.command}`, estimateMs: 40_000 },
};

const docker: Part = {
  id: "plugin-docker",
  title: "Pulumi plugin docker",
  why: "container guests",
  version: versions.docker,
  program: "pulumi-resource-docker",
  plugin: "docker",
  release: pluginRelease("pulumi-docker", "docker", versions.docker),
  go: {
    folder: "docker",
    package: "./cmd/pulumi-resource-docker",
    ldflags: "",
    generate: {
      package: "./cmd/tfgen",
      args: ["schema", "--skip-docs", "--skip-examples", "--out"],
      into: "cmd/pulumi-resource-docker",
    },
    estimateMs: 140_000,
  },
};

const terraformProvider: Part = {
  id: "plugin-terraform-provider",
  title: "Pulumi plugin terraform-provider",
  why: "runs the Terraform provider for libvirt",
  version: versions.terraformProvider,
  program: "pulumi-resource-terraform-provider",
  plugin: "terraform-provider",
  release: pluginRelease("pulumi-terraform-provider", "terraform-provider", versions.terraformProvider),
  go: {
    folder: "tfbridge",
    package: "github.com/pulumi/pulumi-terraform-bridge/v3/dynamic",
    ldflags: [
      "-X google.golang.org/protobuf/reflect/protoregistry.conflictPolicy=ignore",
      `-X github.com/pulumi/pulumi-terraform-bridge/v3/dynamic/version.version=v${versions.terraformProvider}`,
    ].join(" "),
    estimateMs: 145_000,
  },
};

/** Its official release comes through the bridge, which checks the registry's signature: see `libvirt.ts`. */
export const libvirtProvider: Part = {
  id: "terraform-libvirt",
  title: "Terraform provider libvirt",
  why: "virtual machine guests",
  version: versions.libvirt,
  program: "terraform-provider-libvirt",
  release: undefined,
  go: {
    folder: "tf-libvirt",
    package: "github.com/dmacvicar/terraform-provider-libvirt",
    ldflags: `-X main.version=${versions.libvirt}`,
    estimateMs: 20_000,
  },
};

export const plugins: readonly Part[] = [command, docker, terraformProvider];

/** In build order: the first brings most of the modules that the others share. */
export const parts: readonly Part[] = [cli, ...plugins, libvirtProvider];

/** Where the generated SDK says its Terraform provider comes from, such as `<registry>/dmacvicar/libvirt`. */
export function libvirtSource(project: string = projectDir()): { url: string; version: string } {
  const manifest = JSON.parse(readFileSync(join(project, "sdks/libvirt/package.json"), "utf8"));
  const value = Buffer.from(manifest.pulumi.parameterization.value, "base64").toString("utf8");
  return JSON.parse(value).remote;
}
