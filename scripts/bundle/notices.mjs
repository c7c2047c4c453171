import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What may be in the bundle. A new package is a decision: what it brings, what it costs at start, who looks after it. */
const allowedPackages = [
  "commander",
  "smol-toml",
  "zod",
  // Operators alone load it: their contracts are YAML.
  "yaml",
  // Redaction's second opinion, loaded only where text is sent or stored.
  "@secretlint/core",
  "@secretlint/profiler",
  "@secretlint/secretlint-rule-preset-recommend",
  "boundary",
  "debug",
  "ms",
  "structured-source",
  // Speaks to an app-server elsewhere; loaded only then. Node 20 has no WebSocket of its own.
  "ws",
];

/** Licences that let us publish the bundle under Apache-2.0 with a notice. */
const allowedLicences = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
];

/** The packages of which at least one byte is in the bundle, sorted by name. */
export function readPackages(repository, metafile) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].toSorted().map((folder) => readPackage(join(repository, folder)));
}

function readPackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder)
    .toSorted()
    .find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? undefined : readFileSync(join(folder, file), "utf8");
  return { name, version, licence: license, text: text?.replaceAll("\r\n", "\n").trim() };
}

/** One sentence for each package that must not be in the bundle as things are. */
export function findLicenceProblems(packages) {
  return packages.flatMap(({ name, licence, text }) => [
    ...(allowedPackages.includes(name)
      ? []
      : [
          `${name} is bundled but not on the list of scripts/bundle/notices.mjs: add it there, or leave it out.`,
        ]),
    ...(allowedLicences.includes(licence)
      ? []
      : [
          `${name} has the licence ${licence ?? "(none)"}, which is not on the list of scripts/bundle/notices.mjs.`,
        ]),
    ...(text === undefined ? [`${name} comes without its licence text, which the notices need.`] : []),
  ]);
}

/** Code that a bundled package carries inside of itself, with the notice that its authors ask for. */
const inlinedNotices = [
  "lodash.uniq 4.5.0 (MIT), inside @secretlint/secretlint-rule-preset-recommend",
  "",
  "Copyright jQuery Foundation and other contributors <https://jquery.org/>",
  "Released under MIT license <https://lodash.com/license>",
  "Based on Underscore.js 1.8.3 <http://underscorejs.org/LICENSE>",
  "Copyright Jeremy Ashkenas, DocumentCloud and Investigative Reporters & Editors",
].join("\n");

export function renderNotices(packages) {
  const head = "The files in dist/ contain code of these packages.";
  const rule = "-".repeat(80);
  const sections = packages.map(
    ({ name, version, licence, text }) => `${rule}\n${name} ${version} (${licence})\n\n${text ?? ""}`,
  );
  return `${[head, ...sections, `${rule}\n${inlinedNotices}`].join("\n\n")}\n`;
}
