/** The import rules of the design: stacks → infra → nothing; experiments → infra's outputs; analysis → result files. */
const outside = (path, allowed) => ({ path: `^(${path})/`, pathNot: `^(${allowed.join("|")})$` });

export default {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolved",
      severity: "error",
      from: { pathNot: "language-host.mjs$" },
      to: { couldNotResolve: true },
    },
    {
      name: "stacks-declare-only",
      severity: "error",
      from: { path: "^stacks/" },
      to: outside("infra|experiments|analysis", ["infra/stack.ts"]),
    },
    {
      name: "infra-stands-alone",
      severity: "error",
      from: { path: "^infra/", pathNot: "\\.e2e\\.test\\.ts$" },
      to: { path: "^(experiments|analysis)/" },
    },
    {
      name: "experiments-see-outputs",
      comment: "measuring knows a stack by its outputs; only the command line drives the rest",
      severity: "error",
      from: { path: "^experiments/(campaign|workloads|access|specs)/" },
      to: outside("infra|analysis|stacks", [
        "infra/outputs.ts",
        "infra/environment/(schema|diff|testing).ts",
        "infra/errors.ts",
        "infra/nearest.ts",
        "infra/toolchain/paths.ts",
      ]),
    },
    {
      name: "command-line-uses-front-doors",
      severity: "error",
      from: { path: "^experiments/(cli|bench|e2e)/", pathNot: "\\.test\\.ts$|^experiments/bench/statistics\\.ts$" },
      to: outside("infra|analysis|stacks", [
        "infra/(provision|stack|doctor|matrix|outputs|errors|nearest).ts",
        "infra/environment/index.ts",
        "infra/hosts/labs/rack.ts",
        "infra/toolchain/(index|paths).ts",
        "analysis/(index|data/index).ts",
      ]),
    },
    {
      name: "analysis-reads-results",
      severity: "error",
      from: { path: "^analysis/", pathNot: "\\.slow\\.test\\.ts$" },
      to: outside("infra|experiments|stacks", [
        "experiments/campaign/(results|versions|first-environment).ts",
        "infra/environment/tree-diff.ts",
        "infra/errors.ts",
      ]),
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|^sdks" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
