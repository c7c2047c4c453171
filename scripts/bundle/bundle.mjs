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
 * when it has shaken hands, and `hook` loads `gate` where the review gate is on.
 */
const programs = {
  cli: "src/surfaces/cli/main.ts",
  status: "src/surfaces/cli/status-main.ts",
  runner: "src/surfaces/runner/main.ts",
  mcp: "src/surfaces/mcp/main.ts",
  "mcp-work": "src/surfaces/mcp/work.ts",
  recover: "src/jobs/recover-from-session.ts",
  endpoint: "src/codex/app-server/visit-endpoint.ts",
  hook: "src/surfaces/hooks/main.ts",
  gate: "src/surfaces/hooks/gate-stop.ts",
};

/** Libraries that few runs need: files of their own, loaded when the code that imports them is reached. */
const libraries = {
  // By name, so that the rest of it (words of fifty languages) stays out.
  zod: 'export { array, enum, number, object, string, toJSONSchema } from "zod";',
  secretlint: [
    'export { lintSource } from "@secretlint/core";',
    'export { secretLintProfiler } from "@secretlint/profiler";',
    'export { rules } from "@secretlint/secretlint-rule-preset-recommend";',
  ].join("\n"),
  ws: 'export { WebSocket } from "ws";',
};

/** What every command but `status` has to read before it can begin, in bytes. */
const startLimit = 450_000;

/** CommonJS has no `import.meta`; the one thing that is asked of it is where the file lies. */
const urlBanner = 'const urlOfBundle = require("node:url").pathToFileURL(__filename).href;';

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
  const files = new Map(outputs.map((file) => [`dist/${basename(file.path)}`, Buffer.from(file.contents)]));
  const packages = readPackages(repository, {
    outputs: Object.assign({}, ...built.map(({ metafile }) => metafile.outputs)),
  });
  files.set("THIRD_PARTY_NOTICES", Buffer.from(renderNotices(packages)));
  const startBytes = files.get("dist/cli.cjs").length;
  const problems = [
    ...findLicenceProblems(packages),
    ...findAbsolutePaths(repository, files),
    ...(startBytes > startLimit
      ? [`dist/cli.cjs has ${startBytes} bytes; at most ${startLimit} may be.`]
      : []),
  ];
  const total = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  const summary = `${files.size} files, ${kilobytes(total)}, of which a command reads ${kilobytes(startBytes)} first.`;
  return { files, problems, summary };
}

async function buildPrograms(repository, define) {
  return build({
    ...commonOptions(repository),
    entryPoints: programs,
    plugins: [librariesApart, partsApart, withoutValidator],
    define: { ...define, "import.meta.url": "urlOfBundle" },
    banner: { js: urlBanner },
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

/** Leads imports of the libraries to their own files. */
const librariesApart = {
  name: "libraries apart",
  setup({ onResolve }) {
    onResolve({ filter: /^zod$/ }, () => ({ path: "./zod.cjs", external: true }));
    onResolve({ filter: /^ws$/ }, () => ({ path: "./ws.cjs", external: true }));
    onResolve({ filter: /^@secretlint\// }, () => ({ path: "./secretlint.cjs", external: true }));
  },
};

/** Leads imports of what is not always needed to files of their own. */
const partsApart = {
  name: "parts apart",
  setup({ onResolve }) {
    const apart = (filter, path) =>
      onResolve({ filter }, ({ kind }) => (kind === "entry-point" ? undefined : { path, external: true }));
    apart(/[\\/]recover-from-session\.ts$/, "./recover.cjs");
    apart(/[\\/]visit-endpoint\.ts$/, "./endpoint.cjs");
    apart(/[\\/]gate-stop\.ts$/, "./gate.cjs");
    apart(/^\.\/work\.ts$/, "./mcp-work.cjs");
  },
};

/** Leads the MCP library to a validator that takes no room. */
const withoutValidator = {
  name: "without the validator of the MCP library",
  setup({ initialOptions, onResolve }) {
    const path = join(initialOptions.absWorkingDir, "scripts", "bundle", "accept-all.mjs");
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({ path }));
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
