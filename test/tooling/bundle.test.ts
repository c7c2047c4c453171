import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect } from "vitest";
import { repository } from "../support/repository.ts";
import { verifies } from "../support/requirements.ts";

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence?: string;
  readonly text?: string;
}

type Files = ReadonlyMap<string, Buffer>;

const { bundle } = (await load("bundle")) as {
  bundle: (root: string) => Promise<{ files: Files; problems: readonly string[] }>;
};
const { findLicenceProblems, renderNotices } = (await load("notices")) as {
  findLicenceProblems: (packages: readonly BundledPackage[]) => readonly string[];
  renderNotices: (packages: readonly BundledPackage[]) => string;
};
const { findAbsolutePaths } = (await load("absolute-paths")) as {
  findAbsolutePaths: (root: string, files: Files) => readonly string[];
};

describe("the bundle", () => {
  verifies(
    "tooling.bundle",
    "two builds of the same sources have the same bytes and no problem",
    async () => {
      const [first, second] = [await bundle(repository), await bundle(repository)];
      expect(first.problems).toEqual([]);
      expect([...first.files.keys()]).toContain("dist/cli.cjs");
      expect([...second.files].map(([path, bytes]) => [path, bytes.toString()])).toEqual(
        [...first.files].map(([path, bytes]) => [path, bytes.toString()]),
      );
    },
  );

  const paths = {
    "the folder of the checkout": 'var root = "/srv/checkout/plugin";',
    "an absolute path into node_modules": 'require("/opt/other/node_modules/zod/index.js")',
    "a Windows path into node_modules": String.raw`require("C:\\build\\node_modules\\zod")`,
  };
  for (const [what, text] of Object.entries(paths)) {
    verifies("tooling.bundle", `${what} in a file is found`, () => {
      const files = new Map([
        ["dist/clean.mjs", Buffer.from('// node_modules/zod/index.js\nimport "./chunk.mjs";')],
        ["dist/cli.cjs", Buffer.from(text)],
      ]);
      const problems = findAbsolutePaths("/srv/checkout/", files);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain("dist/cli.cjs");
    });
  }
});

describe("bundled packages", () => {
  const fine: BundledPackage = { name: "zod", version: "4.6.7", licence: "MIT", text: "MIT License" };

  verifies(
    "tooling.bundle",
    "a listed package with a listed licence is fine, and its licence is in the notices",
    () => {
      expect(findLicenceProblems([fine])).toEqual([]);
      expect(renderNotices([fine])).toMatch(/zod 4\.6\.7 \(MIT\)\n\nMIT License/);
    },
  );

  const refused: Record<string, Partial<BundledPackage>> = {
    "a package that is not listed": { name: "left-pad" },
    "a licence that is not listed": { licence: "GPL-3.0-only" },
    "a package without a licence text": { text: undefined as never },
  };
  for (const [what, change] of Object.entries(refused)) {
    verifies("tooling.bundle", `${what} is refused with one sentence`, () => {
      expect(findLicenceProblems([fine, { ...fine, ...change }])).toHaveLength(1);
    });
  }
});

/** The build scripts are plain JavaScript, which has no types here. */
async function load(module: string): Promise<unknown> {
  return import(pathToFileURL(join(repository, "scripts", "bundle", `${module}.mjs`)).href);
}
