// The version is the same wherever it stands. `node scripts/versions.mjs` writes that of package.json everywhere, with a version
// as argument that one; `--check` writes nothing and fails when two of them differ. `--root` names another checkout, for tests.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean" }, root: { type: "string" } },
});
const root = resolve(values.root ?? fileURLToPath(new URL("..", import.meta.url)));

/** Each file with the places of its version, which are the first ones in its text. */
const places = [
  { path: "package.json", read: (file) => [file.version] },
  { path: "package-lock.json", read: (file) => [file.version, file.packages[""].version] },
  { path: "plugin/package.json", read: (file) => [file.version] },
  { path: "plugin/.claude-plugin/plugin.json", read: (file) => [file.version] },
  { path: ".claude-plugin/marketplace.json", read: (file) => file.plugins.map(({ version }) => version) },
];

const wanted = positionals[0] ?? versionsIn(places[0])[0];
if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(wanted)) {
  console.error(`${wanted} is no version.`);
  process.exitCode = 1;
} else if (values.check) {
  check();
} else {
  for (const place of places) write(place);
  console.log(`The version is ${wanted} everywhere.`);
}

function check() {
  const others = places.flatMap((place) =>
    versionsIn(place)
      .filter((version) => version !== wanted)
      .map((version) => `${place.path} says ${version}`),
  );
  if (others.length === 0) {
    console.log(`The version is ${wanted} everywhere.`);
    return;
  }
  console.error(`The version is ${wanted}, but ${others.join(", ")}. Run \`npm run versions\`.`);
  process.exitCode = 1;
}

/** Changes nothing but the versions: each file has a layout of its own. */
function write(place) {
  const path = join(root, place.path);
  let left = versionsIn(place).length;
  const text = readFileSync(path, "utf8").replaceAll(/("version": )"[^"]*"/g, (found, start) => {
    left -= 1;
    return left >= 0 ? `${start}"${wanted}"` : found;
  });
  if (place.read(JSON.parse(text)).some((version) => version !== wanted)) {
    throw new Error(`${place.path}: the version does not stand where it is looked for.`);
  }
  writeFileSync(path, text);
}

function versionsIn({ path, read }) {
  return read(JSON.parse(readFileSync(join(root, path), "utf8")));
}
