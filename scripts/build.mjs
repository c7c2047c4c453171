// Bundles the program into plugin/dist/ and writes plugin/THIRD_PARTY_NOTICES. Both are committed, so that the plugin works as
// it is cloned. `--check` writes nothing and fails when a fresh bundle differs from the files that are there.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "./bundle/bundle.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const plugin = join(repository, "plugin");
const { values } = parseArgs({ options: { check: { type: "boolean" } } });

const { files, problems, summary } = await bundle(repository);
const differing = values.check ? findDifferences(files) : [];
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exitCode = 1;
} else if (differing.length > 0) {
  console.error(`Not what the sources give: ${differing.join(", ")}.`);
  console.error("Run `npm run build` and commit plugin/.");
  process.exitCode = 1;
} else if (values.check) {
  console.log(`The committed bundle is what the sources give. ${summary}`);
} else {
  write(files);
  console.log(`Wrote plugin/dist. ${summary}`);
}

/** Paths in plugin/ that are missing, have other bytes, or are in dist/ without being part of the bundle. */
function findDifferences(built) {
  const changed = [...built].filter(([path, bytes]) => !readIfPresent(join(plugin, path))?.equals(bytes));
  const superfluous = filesInDist().filter((path) => !built.has(path));
  return [...changed.map(([path]) => path), ...superfluous];
}

function write(built) {
  rmSync(join(plugin, "dist"), { recursive: true, force: true });
  for (const [path, bytes] of built) {
    const file = join(plugin, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

function filesInDist() {
  try {
    const entries = readdirSync(join(plugin, "dist"), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => `dist/${name}`);
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function readIfPresent(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
