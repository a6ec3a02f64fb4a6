/**
 * sysbench OLTP from the client on a database in the guest: MariaDB that this starts, or the guest's own where it is one.
 * The tables are prepared outside the measured time, once per boot; every run starts from the same files.
 */
import { z } from "zod";
import { WorkloadError } from "../../infra/errors.ts";
import { bottleneck, inMeasuredClient } from "./lib/client-cpu.ts";
import { generousTimeoutMs } from "./lib/duration.ts";
import { keepScript, layOutScript, mariadbPort, removeScript, serverArgv, shutDownScript } from "./lib/mariadb.ts";
import { againstGuest, againstServer } from "./lib/server.ts";
import { sysbenchNumber, sysbenchSeconds, sysbenchVersion } from "./lib/sysbench.ts";
import { defineWorkload, type WorkloadContext } from "./workload.ts";

const parameters = z.strictObject({
  mode: z.enum(["read-only", "read-write"]).describe("what a transaction does"),
  engine: z.enum(["myisam", "aria", "innodb"]).default("myisam").describe("storage engine of the table"),
  rows: z.number().int().min(1000).max(10_000_000).default(500_000).describe("rows of the one table"),
  seconds: z.number().int().min(1).max(3600).default(60).describe("duration of the test"),
});
type Fields = z.output<typeof parameters>;

export default defineWorkload({
  name: "sysbench-oltp",
  title: "sysbench OLTP",
  metric: "transactions",
  unit: "1/s",
  direction: "higher",
  stage: "guest",
  bootProfile: "standard",
  needs: ["network", "application:mysql"],
  parameters,
  label: ({ mode, engine }) => `sysbench OLTP ${mode} ${engine}`,
  estimateMs: ({ seconds, rows }) => seconds * 1000 + 8_000 + rows / 50,
  async run(context) {
    const { guest, inGuest } = context;
    const answered = ({ text }: Answer) => context.saveRaw("sysbench-oltp.txt", text);
    const ask = () => measure(context);
    if (!guest.capabilities.includes("tool:mariadb")) {
      await prepare(context);
      return samplesOf(await againstGuest({ ask, answered }));
    }
    const { engine, rows } = context.parameters;
    const tables = `tables-${engine}-${rows}`;
    const quick = { timeoutMs: generousTimeoutMs(20_000) };
    const layOut = async () => {
      const { stdout, stderr, exitCode } = await inGuest(layOutScript(guest.address, tables), {
        ...quick,
        allowFailure: true,
      });
      if (exitCode === 0) return stdout;
      throw new WorkloadError(
        `MariaDB in ${guest.name} could not lay out its data: ${(stdout + stderr).trim().slice(-600)}`,
      );
    };
    const server = { argv: serverArgv, endWith: "SIGTERM" as const };
    try {
      if (!(await layOut()).includes("prepared")) {
        await againstServer(context, {
          ...{ ...server, log: "mariadbd-prepare.txt", oneShot: true },
          ask: () => prepare(context, true),
          refused: isRefused,
          answered: async (text) => {
            if (isRefused(text)) return;
            await inGuest(shutDownScript, quick);
          },
        });
        await inGuest(keepScript(tables), quick);
        await layOut();
      }
      return samplesOf(
        await againstServer(context, {
          ...{ ...server, log: "mariadbd.txt", ask, answered },
          refused: ({ text }) => isRefused(text),
        }),
      );
    } finally {
      // a guest that is never powered off would keep the tables for good
      if (Object.keys(guest.boots).length === 0) await inGuest(removeScript, quick);
    }
  },
});

type Context = WorkloadContext & { parameters: Fields };
interface Answer {
  text: string;
  cpuPercent: number | null;
}

const isRefused = (text: string) =>
  /Can't connect to (MySQL |MariaDB )?server|Access denied|Unknown database/.test(text);

function sysbenchArgv(
  { guest, parameters: { mode, engine, rows, seconds } }: Context,
  verb: "prepare" | "run" | "cleanup",
) {
  return [
    ...["sysbench", mode === "read-only" ? "oltp_read_only" : "oltp_read_write", "--db-driver=mysql"],
    ...[`--mysql-host=${guest.address}`, `--mysql-port=${mariadbPort}`, "--mysql-user=sbtest", "--mysql-db=sbtest"],
    ...["--tables=1", `--table-size=${rows}`, `--mysql-storage-engine=${engine}`, "--threads=1"],
    ...(verb === "run" ? [`--time=${seconds}`, "--events=0"] : []),
    verb,
  ];
}

/** Makes and fills the table; what a run before it left is removed first. Throws WorkloadError where it cannot. */
async function prepare(context: Context, mayBeRefused = false): Promise<string> {
  const run = { timeoutMs: generousTimeoutMs(10_000 + context.parameters.rows / 20), allowFailure: true };
  await context.inClient(sysbenchArgv(context, "cleanup"), run);
  const { stdout, stderr, exitCode } = await context.inClient(sysbenchArgv(context, "prepare"), run);
  const text = stdout + stderr;
  await context.saveRaw("sysbench-prepare.txt", text);
  if (exitCode !== 0 && !(mayBeRefused && isRefused(text)))
    throw new WorkloadError(`sysbench prepare ended with exit code ${exitCode}: ${text.trim().slice(-300)}`);
  return text;
}

async function measure(context: Context): Promise<Answer> {
  const run = { timeoutMs: 60_000 + 3_000 * context.parameters.seconds, allowFailure: true };
  const { stdout, stderr, cpuPercent } = await inMeasuredClient(context, sysbenchArgv(context, "run"), run);
  return { text: stdout + stderr, cpuPercent };
}

export interface OltpResult {
  transactionsPerSecond: number;
  queriesPerSecond: number;
  version: string;
  seconds: number;
  latencyMs: Record<"min" | "average" | "max" | "95th percentile", number>;
}

/** Throws WorkloadError with sysbench's own error, ParseError where the report is incomplete. */
export function parseOltp(text: string): OltpResult {
  const fatal = /^FATAL: .*$/m.exec(text)?.[0];
  if (fatal !== undefined) throw new WorkloadError(`sysbench: ${fatal}`);
  const rate = (name: string) =>
    sysbenchNumber(text, name, new RegExp(`^ *${name}: +\\d+ +\\(([\\d.]+) per sec\\.\\)$`, "m"));
  const latency = (name: string) => sysbenchNumber(text, name, new RegExp(`^ *${name}: +([\\d.]+)$`, "m"));
  return {
    ...{ transactionsPerSecond: rate("transactions"), queriesPerSecond: rate("queries") },
    version: sysbenchVersion(text),
    seconds: sysbenchSeconds(text),
    latencyMs: {
      ...{ min: latency("min"), average: latency("avg"), max: latency("max") },
      "95th percentile": latency("95th percentile"),
    },
  };
}

function samplesOf({ text, cpuPercent }: Answer) {
  const { transactionsPerSecond, queriesPerSecond, latencyMs, version, seconds } = parseOltp(text);
  const metadata = { version, seconds, ...bottleneck(cpuPercent) };
  return [
    { metric: "transactions", value: transactionsPerSecond, unit: "1/s", metadata },
    { metric: "queries", value: queriesPerSecond, unit: "1/s", metadata: {} },
    ...Object.entries(latencyMs).map(([name, value]) => ({
      metric: `latency ${name}`,
      value,
      unit: "ms",
      metadata: {},
    })),
  ];
}
