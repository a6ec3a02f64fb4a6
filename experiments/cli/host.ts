/** `guestbench host scan`: the keys that a host shows, to be compared and then written into a stack. */
import { type Command, InvalidArgumentError } from "commander";

export interface ScanOptions {
  port: number;
  json?: true;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError("Expected a port from 1 to 65535.");
  return port;
}

export function host(program: Command): void {
  const command = program.command("host").description("what has to be known of a host before a stack is pointed at it");
  command
    .command("scan")
    .description("show the ssh keys of a host, to be compared with its own console before one is trusted")
    .argument("<address>", "the host's address or name")
    .option("--port <n>", "port of its sshd", parsePort, 22)
    .option("--json", "print JSON on stdout")
    .action(async (address: string, options: ScanOptions) => {
      const { scanHost } = await import("./scan-host.ts");
      scanHost(address, options);
    });
}
