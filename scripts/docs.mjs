// Writes the generated pages of docs/, and the fingerprint of the surface, which comes from the same running server. `--check` writes
// nothing and fails when a committed file differs; `--into FOLDER` works on a copy of the tree elsewhere.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { askServer } from "./running-server.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({ options: { check: { type: "boolean" }, into: { type: "string" } } });
const root = values.into ?? repository;

const bundle = await build({
  absWorkingDir: repository,
  entryPoints: ["scripts/docs-pages.ts"],
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
});
const source = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
const { renderPages } = await import(`data:text/javascript;base64,${source}`);

const drifted = [];
for (const [path, unformatted] of Object.entries(renderPages(await askServer(repository)))) {
  const file = join(root, path);
  const text = format(path, unformatted);
  if (readIfPresent(file) === text) continue;
  drifted.push(path);
  if (values.check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (values.check && drifted.length > 0) {
  console.error(
    `Not up to date: ${drifted.join(", ")}. Run \`node scripts/docs.mjs\` and commit the result.`,
  );
  process.exitCode = 1;
} else {
  console.log(drifted.length === 0 ? "Generated pages are up to date." : `Wrote ${drifted.join(", ")}.`);
}

/** Formats like every other file of the repository, so that formatter and generator agree on the committed page. */
function format(path, text) {
  const biome = join(repository, "node_modules", "@biomejs", "biome", "bin", "biome");
  const options = { cwd: repository, input: text, encoding: "utf8" };
  return execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${path}`], options);
}

function readIfPresent(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
