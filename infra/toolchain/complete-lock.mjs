/**
 * For whoever changes package.json where the npm registry does not carry every platform's optional packages: npm leaves
 * them out of package-lock.json there, and `npm ci` then refuses the lock file everywhere. This adds them back by name.
 *
 *     npm install --ignore-scripts && node infra/toolchain/complete-lock.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const file = join(import.meta.dirname, "../../package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64", "wasm32"];

/** `@biomejs/cli-linux-x64-musl` runs on linux, x64, musl. */
function platform(name) {
  const words = name.split(/[-/]/);
  const pick = (list) => words.filter((word) => list.includes(word));
  const [os, cpu] = [pick(systems), pick(processors)];
  const libc = words.some((word) => word.startsWith("musl")) ? ["musl"] : words.includes("gnu") ? ["glibc"] : [];
  return Object.fromEntries(Object.entries({ os, cpu, libc }).filter(([, list]) => list.length > 0));
}

const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(path === "" ? {} : (entry.optionalDependencies ?? {}))) {
    const present = lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`];
    const limits = platform(name);
    if (present || !limits.os || !/^\d/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = { version, ...limits, ...(entry.dev ? { dev: true } : {}), optional: true };
    added.push(name);
  }
}
const [root, ...others] = Object.entries(lock.packages);
lock.packages = Object.fromEntries([root, ...others.sort(([a], [b]) => a.localeCompare(b, "en"))]);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `added ${added.join(", ")}` : "nothing was missing");
