import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { findAbsolutePaths } from "./absolute-paths.mjs";
import { findLicenceProblems, readPackages, renderNotices } from "./notices.mjs";

/** Name in plugin/dist and source of each program. */
const entryPoints = { cli: "src/surfaces/cli/main.ts" };

/** One file without the module loader, for the command that has to answer at once. */
const quickEntryPoints = { status: "src/surfaces/cli/status-main.ts" };

/** What `tandem --version` and every other start has to load before the command is known, in bytes. */
const startLimit = 200_000;

const requireBanner =
  'import { createRequire as createRequireOfBundle } from "node:module";\nconst require = createRequireOfBundle(import.meta.url);\n';

/**
 * The files of plugin/ that come from the sources, by path, with what speaks against publishing them. Nothing in them depends on
 * the machine, the time or the commit: the same sources give the same bytes.
 */
export async function bundle(repository) {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const first = await run(repository, {});
  const identity = {
    __TANDEM_VERSION__: JSON.stringify(version),
    __TANDEM_BUILD__: JSON.stringify(hashInputs(repository, first.metafile)),
  };
  const { outputFiles, metafile } = await run(repository, identity);
  const quick = await runQuick(repository, identity);
  const files = new Map([
    ...outputFiles.map((file) => [`dist/${basename(file.path)}`, withRequire(file.text)]),
    ...quick.outputFiles.map((file) => [`dist/${basename(file.path)}`, Buffer.from(file.contents)]),
  ]);
  const packages = readPackages(repository, metafile);
  files.set("THIRD_PARTY_NOTICES", Buffer.from(renderNotices(packages)));
  const startBytes = sizeAtStart(files);
  const problems = [
    ...findLicenceProblems(packages),
    ...findAbsolutePaths(repository, files),
    ...(startBytes > startLimit
      ? [`dist/cli.mjs loads ${startBytes} bytes before it knows the command; at most ${startLimit} may be.`]
      : []),
  ];
  const total = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  const summary = `${files.size} files, ${kilobytes(total)}, of which every start loads ${kilobytes(startBytes)}.`;
  return { files, problems, summary };
}

const urlBanner = 'const urlOfBundle = require("node:url").pathToFileURL(__filename).href;';

async function run(repository, define) {
  return build({
    ...commonOptions(repository),
    entryPoints,
    outExtension: { ".js": ".mjs" },
    splitting: true,
    format: "esm",
    define,
  });
}

async function runQuick(repository, define) {
  return build({
    ...commonOptions(repository),
    entryPoints: quickEntryPoints,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    // Reading the file is a good part of what the command takes.
    minify: true,
    define: { ...define, "import.meta.url": "urlOfBundle" },
    banner: { js: urlBanner },
  });
}

function commonOptions(repository) {
  return {
    absWorkingDir: repository,
    outdir: "plugin/dist",
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    target: "node20.19",
    mainFields: ["module", "main"],
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

/** Only the file that holds esbuild's helper for CommonJS packages needs a `require`. */
function withRequire(text) {
  return Buffer.from(text.includes("var __require =") ? requireBanner + text : text);
}

/** The size of the entry and of all that it imports at once. */
function sizeAtStart(files) {
  const seen = new Set();
  const visit = (path) => {
    const bytes = files.get(path);
    if (seen.has(path) || bytes === undefined) return 0;
    seen.add(path);
    const imports = [...bytes.toString().matchAll(/(?:from|^import) "\.\/([\w.-]+\.mjs)"/gm)];
    return imports.reduce((sum, [, name]) => sum + visit(`dist/${name}`), bytes.length);
  };
  return visit("dist/cli.mjs");
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}
