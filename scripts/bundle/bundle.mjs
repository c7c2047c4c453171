import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { findAbsolutePaths } from "./absolute-paths.mjs";
import { findLicenceProblems, readPackages, renderNotices } from "./notices.mjs";

/**
 * Name in plugin/dist and source of each program. Each is one CommonJS file: Node starts that faster than the same code in many
 * modules (`tandem consult` by 28 of 89 ms). `status` has its own, because it has to answer at once; `runner` holds the
 * background processes: the engines are in no other program; `hook` answers Claude Code's hooks. The rest are none: every program
 * loads `recover` when a job has lost its owner and `endpoint` when runs go to an app-server elsewhere, the MCP server loads `mcp-work`
 * when it has shaken hands, `hook` loads `gate` where the review gate is on, and `cli` loads `setup` for the command of that name.
 * `delegate` and `patch` are for delegated tasks and what they leave. `run` begins the usual runs without the parser of all commands;
 * `tell` waits for them and prints, and `review` gathers a change, which most runs do not need.
 */
const programs = {
  cli: "src/surfaces/cli/main.ts",
  status: "src/surfaces/cli/status-main.ts",
  run: "src/surfaces/cli/run-main.ts",
  tell: "src/surfaces/cli/tell.ts",
  runner: "src/surfaces/runner/main.ts",
  mcp: "src/surfaces/mcp/main.ts",
  "mcp-work": "src/surfaces/mcp/work.ts",
  recover: "src/jobs/recover-from-session.ts",
  endpoint: "src/codex/app-server/visit-endpoint.ts",
  hook: "src/surfaces/hooks/main.ts",
  gate: "src/surfaces/hooks/gate-stop.ts",
  operator: "src/tasks/operator/operators.ts",
  "operator-cli": "src/surfaces/cli/commands/operators.ts",
  delegate: "src/tasks/delegate/delegate-work.ts",
  review: "src/tasks/review-run.ts",
  patch: "src/surfaces/cli/commands/patch.ts",
  setup: "src/surfaces/cli/commands/setup.ts",
};

/** Libraries that few runs need: files of their own, loaded when the code that imports them is reached. */
const libraries = {
  // By name, so that the rest of it (words of fifty languages) stays out.
  zod: 'export { array, enum, number, object, string, toJSONSchema } from "zod";',
  yaml: 'export { LineCounter, parseDocument } from "yaml";',
  contract:
    'export { array, boolean, discriminatedUnion, enum, fromJSONSchema, literal, number, partialRecord, record, strictObject, string, toJSONSchema, union, unknown } from "zod/v4";',
  toml: 'export { parse, stringify } from "smol-toml";',
  secretlint: [
    'export { lintSource } from "@secretlint/core";',
    'export { secretLintProfiler } from "@secretlint/profiler";',
    'export { rules } from "@secretlint/secretlint-rule-preset-recommend";',
  ].join("\n"),
  ws: 'export { WebSocket } from "ws";',
};

/** What is imported from a file of its own: libraries, what is seldom needed, and by `status` the whole program. */
const apart = [
  { from: /^zod$/, file: "zod" },
  // The MCP library imports the same name and needs much more of it.
  { from: /^zod\/v4$/, file: "contract", isOurs: true },
  { from: /^yaml$/, file: "yaml" },
  { from: /^ws$/, file: "ws" },
  { from: /^smol-toml$/, file: "toml" },
  { from: /^@secretlint\//, file: "secretlint" },
  { from: /[\\/]recover-from-session\.ts$/, file: "recover" },
  { from: /[\\/]visit-endpoint\.ts$/, file: "endpoint" },
  { from: /[\\/]gate-stop\.ts$/, file: "gate" },
  { from: /[\\/]operator[\\/]operators\.ts$/, file: "operator" },
  { from: /[\\/]commands[\\/]operators\.ts$/, file: "operator-cli" },
  { from: /[\\/]delegate-work\.ts$/, file: "delegate" },
  { from: /[\\/]review-run\.ts$/, file: "review" },
  { from: /[\\/]commands[\\/]patch\.ts$/, file: "patch" },
  { from: /^\.\/commands\/setup\.ts$/, file: "setup" },
  { from: /^\.\/work\.ts$/, file: "mcp-work" },
  { from: /[\\/]mcp[\\/]main\.ts$/, file: "mcp" },
  { from: /^\.\/main\.ts$/, file: "cli" },
  { from: /[\\/]tell\.ts$/, file: "tell" },
];

/** What a program has to read before it can begin, in bytes. */
const limits = { cli: 470_000, status: 120_000, run: 219_000 };

/** Each file is a function of what CommonJS gives a module; plugin/start.cjs calls it. */
const wrapper = { head: "(function(exports,require,module,__filename,__dirname){", end: "})\n" };

/**
 * The files of plugin/ that come from the sources, by path, with what speaks against publishing them. Nothing in them depends on
 * the machine, the time or the commit: the same sources give the same bytes.
 */
export async function bundle(repository) {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const first = await buildPrograms(repository, {});
  const built = [
    await buildPrograms(repository, {
      __TANDEM_VERSION__: JSON.stringify(version),
      __TANDEM_BUILD__: JSON.stringify(hashInputs(repository, first.metafile)),
    }),
    ...(await Promise.all(Object.entries(libraries).map((library) => buildLibrary(repository, library)))),
  ];
  const outputs = built.flatMap(({ outputFiles }) => outputFiles);
  const files = new Map(outputs.map((file) => [`dist/${basename(file.path)}`, wrap(file.contents)]));
  const packages = readPackages(repository, {
    outputs: Object.assign({}, ...built.map(({ metafile }) => metafile.outputs)),
  });
  const problems = [
    ...findLicenceProblems(packages),
    ...findAbsolutePaths(repository, files),
    ...findSizeProblems(files),
  ];
  files.set("THIRD_PARTY_NOTICES", Buffer.from(renderNotices(packages)));
  const total = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  const firstRead = kilobytes(files.get("dist/cli.cjs").length);
  const summary = `${files.size} files, ${kilobytes(total)}, of which a command reads ${firstRead} first.`;
  return { files, problems, summary };
}

async function buildPrograms(repository, define) {
  return build({
    ...commonOptions(repository),
    entryPoints: programs,
    plugins: [filesApart, onlyWhatIsUsed],
    define: { ...define, "import.meta.dirname": "__dirname" },
  });
}

async function buildLibrary(repository, [name, contents]) {
  return build({
    ...commonOptions(repository),
    stdin: { contents, resolveDir: repository, sourcefile: `${name}.mjs` },
    entryNames: name,
    // Otherwise ws looks for native helpers in every node_modules folder around it.
    define: { "process.env.WS_NO_BUFFER_UTIL": '"1"', "process.env.WS_NO_UTF_8_VALIDATE": '"1"' },
  });
}

const filesApart = {
  name: "files apart",
  setup({ onResolve }) {
    for (const { from, file, isOurs } of apart) {
      onResolve({ filter: from }, ({ kind, importer }) =>
        kind === "entry-point" || (isOurs === true && importer.includes("node_modules"))
          ? undefined
          : { path: `./${file}.cjs`, external: true },
      );
    }
  },
};

/** No module of ours does anything by being imported, so what a program uses nothing of is left out. */
const onlyWhatIsUsed = {
  name: "only what is used",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ kind, path, resolveDir }) =>
      kind === "entry-point" ? undefined : { path: join(resolveDir, path), sideEffects: false },
    );
  },
};

function commonOptions(repository) {
  return {
    absWorkingDir: repository,
    outdir: "plugin/dist",
    outExtension: { ".js": ".cjs" },
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    // Files of ours are loaded by way of plugin/start.cjs, which gives `require`.
    supported: { "dynamic-import": false },
    mainFields: ["module", "main"],
    // Reading the file is a good part of what a command takes.
    minify: true,
    // A checkout whose node_modules is a link gives the same bytes.
    preserveSymlinks: true,
    // The licence texts are in THIRD_PARTY_NOTICES.
    legalComments: "none",
    // `debug` colours its lines when it finds this; whether a development package brought it must not change the bundle.
    external: ["supports-color"],
    logLevel: "warning",
  };
}

/**
 * The file begins with a hash of its content, by which its compiled form is told from that of another build. It is ASCII,
 * which takes half the memory: esbuild escapes other letters everywhere but in regular expressions.
 */
function wrap(contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
  const text = Buffer.from(contents)
    .toString("utf8")
    .trimEnd()
    .replace(/[^\0-\x7f]/g, escapeUnit);
  return Buffer.from(`/* ${hash} */${wrapper.head}${text}${wrapper.end}`);
}

function findSizeProblems(files) {
  return Object.entries(limits).flatMap(([name, limit]) => {
    const { length } = files.get(`dist/${name}.cjs`);
    return length > limit ? [`dist/${name}.cjs has ${length} bytes; at most ${limit} may be.`] : [];
  });
}

function escapeUnit(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Names the sources that went into the bundle, ours and others'. */
function hashInputs(repository, metafile) {
  const hash = createHash("sha256");
  for (const path of Object.keys(metafile.inputs).toSorted()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(repository, path)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}
