#!/usr/bin/env node
/**
 * The first thing that runs, on any Node from 20 on and with no package installed: it finds a Node that runs TypeScript,
 * brings the npm packages, and hands over to the command line. Only Node's own modules, loaded late: it costs start-up time.
 *
 *     node infra/toolchain/bootstrap.mjs <command> [args…]     experiments/cli/main.ts
 *     node infra/toolchain/bootstrap.mjs --run <file.ts> …     any TypeScript file of this project
 *     node infra/toolchain/bootstrap.mjs --exec <name> …       a program of node_modules/.bin
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The Node that is fetched where there is none from 22.18 on; versions.ts repeats it. */
const pinnedNode = "24.21.0";
const root = resolve(import.meta.dirname ?? dirname(realpathSync(process.argv[1])), "..", "..");

/** Commands that may install something; the others say what to do instead. */
const installing = ["start", "setup", "--run", "--exec"];

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!error.plain) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(args) {
  if (!runsTypeScript(process.versions.node)) return await handOver(await findNode(args), args);
  if (!packagesInstalled()) {
    if (!installing.includes(args[0])) throw notSetUp();
    const { installPackages } = await import("./bootstrap-install.mjs");
    await installPackages(root, packagesInstalled);
  }
  process.env.PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  if (args[0] === "--exec") return await execute(args.slice(1));
  const [file, rest] =
    args[0] === "--run" ? [resolve(args[1]), args.slice(2)] : [join(root, "experiments/cli/main.ts"), args];
  await runHere(file, rest);
}

/** Type stripping without a flag: 22.18, 23.6 and everything later. */
function runsTypeScript(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/** Whether node_modules is what package-lock.json says: npm's own record of it is compared with the lock. */
function packagesInstalled() {
  const stamp = join(root, "node_modules/.guestbench-lock");
  try {
    return readFileSync(join(root, "package-lock.json")).equals(readFileSync(stamp));
  } catch {
    return false;
  }
}

/** In this very process: no second Node to start, and signals need no forwarding. */
async function runHere(file, args) {
  const { enableCompileCache } = await import("node:module");
  enableCompileCache?.(join(root, ".guestbench/compile-cache"));
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...details) => {
    if (!String(warning).includes("Type Stripping")) emitWarning.call(process, warning, ...details);
  };
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
}

async function execute([name, ...args]) {
  const program = join(root, "node_modules/.bin", name);
  if (!existsSync(program)) throw plain(`${program} does not exist`);
  await handOver(process.execPath, [realpathSync(program), ...args], []);
}

/** Runs another Node to its end and ends the same way. */
async function handOver(node, args, before = [import.meta.filename ?? process.argv[1]]) {
  const { spawn } = await import("node:child_process");
  const child = spawn(node, [...before, ...args], { stdio: "inherit" });
  // Ctrl-C reaches the child by itself; this process only must not end first
  const forward = (signal) => child.kill(signal);
  const ignore = () => {};
  process.on("SIGINT", ignore).on("SIGTERM", forward).on("SIGHUP", forward);
  const [code, signal] = await new Promise((done, fail) => {
    child.once("error", fail).once("close", (...end) => done(end));
  });
  process.off("SIGINT", ignore).off("SIGTERM", forward).off("SIGHUP", forward);
  if (signal) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

/** A Node from 22.18 on: PATH, the tool cache, or (for the commands that install) fetched into it. */
async function findNode(args) {
  const cache = process.env.GUESTBENCH_CACHE
    ? resolve(process.env.GUESTBENCH_CACHE)
    : join(process.env.XDG_CACHE_HOME || join((await import("node:os")).homedir(), ".cache"), "guestbench");
  const cached = join(cache, "node", pinnedNode, "bin/node");
  if (existsSync(cached)) return cached; // before PATH: asking every Node there for its version takes time
  const { execFileSync } = await import("node:child_process");
  const own = realpathSync(process.execPath);
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const node = join(folder, "node");
    if (!folder || !existsSync(node) || realpathSync(node) === own) continue;
    try {
      const version = execFileSync(node, ["-p", "process.versions.node"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      if (runsTypeScript(version.trim())) return node;
    } catch {
      // a broken node on PATH is none
    }
  }
  if (!installing.includes(args[0])) throw notSetUp();
  const { installNode } = await import("./bootstrap-install.mjs");
  return await installNode(cache, pinnedNode);
}

function plain(message) {
  return Object.assign(new Error(message), { plain: true });
}

function notSetUp() {
  return plain(
    "guestbench is not set up in this clone (or package-lock.json changed since).\n" +
      "Run `npm start` to set it up and measure, or `npm run setup` for the set-up alone.",
  );
}
