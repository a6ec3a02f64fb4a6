/**
 * Pulumi's Node language host, in one process: the npm SDK's own LanguageServer (the one that serves inline
 * programs) with the program of the run request, `import(main)`, so that Node's type stripping runs TypeScript.
 * Used where the official `pulumi-language-nodejs` cannot be had. Plain JavaScript: it is copied into the cache.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Nearest folder at or above `start` in which `relative` exists. */
function nearest(start, relative) {
  for (let dir = resolve(start); ; dir = dirname(dir)) {
    if (existsSync(join(dir, relative))) return dir;
    if (dir === dirname(dir)) return undefined;
  }
}

/** Name, version and folder of every package the project depends on that Node can find. */
function dependencies(start) {
  const root = nearest(start, "package.json");
  if (!root) return [];
  const found = new Map();
  const visit = (folder, names) => {
    for (const name of names) {
      const home = nearest(folder, join("node_modules", name, "package.json"));
      if (!home || found.has(name)) continue;
      const dependency = readJson(join(home, "node_modules", name, "package.json"));
      found.set(name, dependency);
      // a component package may bring providers of its own
      if (dependency.pulumi) visit(join(home, "node_modules", name), Object.keys(dependency.dependencies ?? {}));
    }
  };
  const manifest = readJson(join(root, "package.json"));
  visit(root, Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
  return [...found.entries()].map(([name, dependency]) => ({ name, ...dependency }));
}

/** What the engine must load before the program runs; with parameterization, else bridged providers show a false update. */
function requiredPackages(start) {
  const required = [];
  for (const { pulumi, name, version } of dependencies(start)) {
    if (!pulumi?.resource) continue;
    const dependency = new plugin.PackageDependency();
    dependency.setName(pulumi.name ?? name.replace(/^@pulumi\//, ""));
    dependency.setKind("resource");
    dependency.setVersion((pulumi.version ?? version).replace(/^v/, ""));
    if (pulumi.server) dependency.setServer(pulumi.server);
    if (pulumi.parameterization) {
      const parameter = new plugin.PackageParameterization();
      parameter.setName(pulumi.parameterization.name);
      parameter.setVersion(pulumi.parameterization.version);
      parameter.setValue(pulumi.parameterization.value); // base64, as the protocol's bytes
      dependency.setParameterization(parameter);
    }
    required.push(dependency);
  }
  return required;
}

/** Runs the program module and hands back what it exports: the stack's outputs. */
async function runProgram(entry) {
  const file =
    existsSync(entry) && statSync(entry).isDirectory() ? createRequire(join(entry, "_")).resolve("./") : entry;
  const exported = await import(pathToFileURL(file).href);
  if (typeof exported.default === "function") return await exported.default();
  const { default: object, ...outputs } = exported;
  return { ...(object && typeof object === "object" ? object : {}), ...outputs };
}

/** What went wrong was logged by LanguageServer; a bail tells the engine to stop without another message. */
function failed(error) {
  const response = new language.RunResponse();
  if (error.message.startsWith("One or more errors occurred"))
    response.setError("the program's errors are listed above");
  else response.setBail(true);
  return response;
}

let hasRun = false;
const overrides = {
  run(call, reply) {
    if (hasRun) return reply(new Error("one language host runs one program: its modules are loaded once"));
    hasRun = true;
    const info = call.request.getInfo();
    const entry = resolve(info.getProgramDirectory(), info.getEntryPoint());
    process.chdir(info.getProgramDirectory());
    call.request.setArgsList([engineAddress]); // where LanguageServer looks for it; the program's log goes there
    let answered = false;
    const server = new LanguageServer(() => runProgram(entry)); // logs whatever the program throws
    server.run(call, (error, response) => {
      if (answered) return; // it answers twice after an error
      answered = true;
      module.flushCompileCache?.(); // the engine kills its plugins: nothing is written at exit
      reply(undefined, error ? failed(error) : response);
    });
  },
  handshake: (_call, reply) => reply(undefined, new language.LanguageHandshakeResponse()),
  getRequiredPlugins: (_call, reply) => reply(undefined, new language.GetRequiredPluginsResponse()),
  getRequiredPackages(call, reply) {
    const response = new language.GetRequiredPackagesResponse();
    response.setPackagesList(requiredPackages(call.request.getInfo().getProgramDirectory()));
    reply(undefined, response);
  },
  getProgramDependencies(call, reply) {
    const response = new language.GetProgramDependenciesResponse();
    const list = dependencies(call.request.getInfo().getProgramDirectory()).map(({ name, version }) => {
      const dependency = new language.DependencyInfo();
      dependency.setName(name);
      dependency.setVersion(version);
      return dependency;
    });
    response.setDependenciesList(list);
    reply(undefined, response);
  },
  getPluginInfo(_call, reply) {
    const info = new plugin.PluginInfo();
    info.setVersion(sdkVersion);
    reply(undefined, info);
  },
  about(_call, reply) {
    const response = new language.AboutResponse();
    response.setExecutable(process.execPath);
    response.setVersion(process.version);
    reply(undefined, response);
  },
  runtimeOptionsPrompts: (_call, reply) => reply(undefined, new language.RuntimeOptionsResponse()),
  cancel: (_call, reply) => reply(undefined, new Empty()),
  installDependencies(call) {
    const npm = spawn("npm", ["install", "--ignore-scripts"], { cwd: call.request.getDirectory() });
    const forward = (field) => (data) => {
      const response = new language.InstallDependenciesResponse();
      response[field](data);
      call.write(response);
    };
    npm.stdout.on("data", forward("setStdout"));
    npm.stderr.on("data", forward("setStderr"));
    npm.on("error", (error) => call.destroy(error));
    npm.on("close", (code) =>
      code === 0 ? call.end() : call.destroy(new Error(`npm install ended with code ${code}`)),
    );
  },
};

const engineAddress = process.argv.at(-1); // flags may come before it
const home = nearest(process.cwd(), "node_modules/@pulumi/pulumi/package.json");
if (!home) {
  console.error(
    `@pulumi/pulumi is not installed at or above ${process.cwd()}: run the project's set-up (npm run setup)`,
  );
  process.exit(1);
}
const load = createRequire(join(home, "node_modules/@pulumi/pulumi/index.js"));
const grpc = load("@grpc/grpc-js");
const language = load("./proto/language_pb.js");
const plugin = load("./proto/plugin_pb.js");
const { LanguageRuntimeService } = load("./proto/language_grpc_pb.js");
const { Empty } = load("google-protobuf/google/protobuf/empty_pb.js");
const { LanguageServer } = load("./automation/server.js");
const { version: sdkVersion } = load("./package.json");

// An engine that is killed cannot end its plugins, but its end of our stdin closes with it.
process.stdin.on("end", () => process.exit(0)).on("error", () => process.exit(0));
process.stdin.resume();

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, overrides);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
