/**
 * What the engine's Docker provider made on a host: no objects of ours, so they leave no markers. Before they are taken
 * down they are noted as touched, so that the attestation looks for each of them.
 */
import { dockerDaemon, systemDocker } from "./daemons.ts";
import { isTheirs, type Marker, touchedDir } from "./objects.ts";
import { type HostShell, quote } from "./shell.ts";

const KINDS = {
  container: { list: "ps -a --format '{{.Names}}'", remove: "container rm -f" },
  network: { list: "network ls --format '{{.Name}}'", remove: "network rm" },
  image: { list: "image ls --format '{{.Repository}}:{{.Tag}}'", remove: "image rm -f" },
};

/** Pure: writes a marker for everything in that daemon that carries the stack's label. */
export function renderNotes(stack: string, uri: string): string {
  const docker = `docker -H ${uri}`;
  const parts = Object.entries(KINDS).map(([kind, { list, remove }]) => {
    const marker: Marker = {
      kind: `docker ${kind}`,
      name: "@",
      generation: "unknown",
      exists: `${docker} ${kind} inspect -f '{{.Id}}' @`,
      remove: `${docker} ${remove} @`,
      ...{ restore: null, values: null, complete: true },
    };
    const write = `printf '%s' ${quote(JSON.stringify(marker))} | sed "s|@|$name|g" >"docker-${kind}--$(echo "$name" | tr / _).json"`;
    return `${docker} ${list} --filter label=guestbench.stack=${stack} | while read -r name; do ${write}; done`;
  });
  return [`mkdir -p ${quote(touchedDir(stack))} && cd ${quote(touchedDir(stack))} || exit 0`, ...parts, "true"].join(
    "\n",
  );
}

/** A daemon that does not answer is no reason to keep anything up. */
export function noteContainers(stack: string, host: HostShell, markers: readonly Marker[]): void {
  const daemon = markers.find(({ kind, name }) => kind === "daemon" && name === "docker");
  if (!daemon) return;
  const { uri } = isTheirs(daemon) ? systemDocker() : dockerDaemon(stack);
  host.sh(`${renderNotes(stack, uri)} 2>/dev/null || true`);
}
