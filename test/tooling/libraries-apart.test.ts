import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { expect } from "vitest";
import { repository } from "../support/repository.ts";
import { verifies } from "../support/requirements.ts";

/** Files of `plugin/dist/` that hold a library, the name under which the sources import it, and sources that are in no program. */
const libraries = [
  {
    file: "zod.cjs",
    name: "zod",
    apart: [
      "report/envelope-schema.ts",
      "report/operator-shape.ts",
      "report/patch-shapes.ts",
      "report/shapes.ts",
    ],
  },
  { file: "contract.cjs", name: "zod/v4", apart: [] },
  { file: "yaml.cjs", name: "yaml", apart: [] },
  { file: "toml.cjs", name: "smol-toml", apart: [] },
  { file: "ws.cjs", name: "ws", apart: [] },
] as const;

const source = join(repository, "src");
const require = createRequire(import.meta.url);

/** What a file of the bundle exports; each is a function of the variables that CommonJS has. */
function exportsOf(file: string): readonly string[] {
  const run = runInThisContext(readFileSync(join(repository, "plugin", "dist", file), "utf8")) as (
    ...variables: readonly unknown[]
  ) => void;
  const module = { exports: {} };
  run(module.exports, require, module, file, repository);
  return Object.keys(module.exports);
}

/** The values that the sources take of a library, by any of the ways in which they do. */
function usedOf(name: string, apart: readonly string[]): readonly string[] {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !apart.includes(path.replaceAll("\\", "/")),
  );
  return files.flatMap((path) => {
    const text = readFileSync(join(source, path), "utf8");
    const named = [
      ...text.matchAll(new RegExp(`import \\{([^{}]+)\\} from "${name}"`, "g")),
      ...text.matchAll(new RegExp(`const \\{([^{}]+)\\} = await import\\("${name}"\\)`, "g")),
    ].flatMap(([, names = ""]) => names.split(",").map((each) => each.trim().split(/ as |:/)[0] ?? ""));
    const space = new RegExp(`import \\* as (\\w+) from "${name}"`).exec(text)?.[1];
    const members =
      space === undefined ? [] : [...text.matchAll(new RegExp(`\\b${space}\\.([a-z]\\w*)`, "g"))];
    return [...named, ...members.map(([, member = ""]) => member)].filter((each) => each !== "infer");
  });
}

verifies("tooling.bundle", "a library in a file of its own has all that the sources take of it", () => {
  for (const { file, name, apart } of libraries) {
    const used = usedOf(name, apart);
    expect(used, name).not.toEqual([]);
    expect(exportsOf(file), name).toEqual(expect.arrayContaining([...new Set(used)]));
  }
});
