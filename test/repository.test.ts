import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { filesIn, readJson, readText, repository, trackedFiles } from "./support/repository.ts";
import { verifies } from "./support/requirements.ts";

/** The files that have a version. */
const versioned = [
  "package.json",
  "package-lock.json",
  "plugin/package.json",
  "plugin/.claude-plugin/plugin.json",
  ".claude-plugin/marketplace.json",
];

describe("versions", () => {
  verifies("tooling.versions", "one script finds what differs, and writes one version everywhere", () => {
    const root = mkdtempSync(join(tmpdir(), "tandem-versions-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const before = new Map(versioned.map((path) => [path, readText(path)]));
    for (const [path, text] of before) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const run = (...words: readonly string[]) =>
      spawnSync(process.execPath, [join(repository, "scripts", "versions.mjs"), ...words, "--root", root], {
        encoding: "utf8",
      });
    expect(run("--check")).toMatchObject({ status: 0, stderr: "" });
    const { version } = readJson("package.json") as { readonly version: string };
    for (const path of versioned) {
      const file = join(root, path);
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replace(`"version": "${version}"`, '"version": "0.0.1"'));
      const { status, stderr } = run("--check");
      expect({ path, status }).toEqual({ path, status: 1 });
      expect(stderr).toContain(path === "package.json" ? "The version is 0.0.1" : `${path} says 0.0.1`);
      writeFileSync(file, text);
    }
    expect(run("9.8.7-rc.1")).toMatchObject({ status: 0, stderr: "" });
    expect(run("--check")).toMatchObject({ status: 0 });
    expect(run("newest")).toMatchObject({ status: 1 });
    expect(run(version)).toMatchObject({ status: 0 });
    // Nothing but the versions was touched.
    for (const [path, text] of before) expect(readFileSync(join(root, path), "utf8")).toBe(text);
  });

  verifies("tooling.versions", "the published package needs the same Node and brings no dependency", () => {
    const published = readJson("plugin/package.json");
    expect(published["engines"]).toEqual(readJson("package.json")["engines"]);
    expect(Object.keys(published).filter((key) => /dependencies|scripts/i.test(key))).toEqual([]);
    expect(readText("plugin/LICENSE")).toBe(readText("LICENSE"));
  });
});

describe("committed files", () => {
  /** The people of our examples, and folders that are the same on every machine. */
  const inventedHomes = new Set(["a", "ada", "ann", "linuxbrew"]);

  const texts = trackedFiles()
    .filter((path) => path !== "test/repository.test.ts" && existsSync(join(repository, path)))
    .map((path) => ({ path, text: readText(path) }));
  const lockfiles = texts.map(({ path }) => path).filter((path) => path.endsWith("package-lock.json"));

  verifies("tooling.anywhere", "no committed file names this checkout or a home that is not invented", () => {
    const ownFolders = [repository, homedir()].filter((folder) => folder.split(/[\\/]/).length > 2);
    const offenders = texts.filter(
      ({ text }) =>
        ownFolders.some((folder) => text.includes(`${folder}/`)) ||
        [...text.matchAll(/(?:\/home|\/Users|:\\+Users)[\\/]+([\w.-]+)/g)].some(
          ([, name]) => !inventedHomes.has(name ?? ""),
        ),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  verifies("tooling.anywhere", "no committed file names a package registry", () => {
    expect(lockfiles.filter((path) => /"resolved"|\.tgz/.test(readText(path)))).toEqual([]);
    const npmSettings = texts.filter(({ path }) => path.endsWith(".npmrc"));
    expect(npmSettings.filter(({ text }) => /registry\s*=/.test(text)).map(({ path }) => path)).toEqual([]);
    const registry = /https?:\/\/(?:registry\.|npm\.pkg\.|[^\s/"]*(?:artifactory|verdaccio|nexus))/i;
    expect(texts.filter(({ text }) => registry.test(text)).map(({ path }) => path)).toEqual([]);
  });

  verifies("tooling.anywhere", "the lockfiles hold the packages of every platform", () => {
    expect(lockfiles).toHaveLength(2);
    for (const path of lockfiles) {
      const { packages } = readJson(path) as {
        packages: Record<string, { optionalDependencies?: Record<string, string> }>;
      };
      const held = Object.keys(packages).map((place) => place.slice(place.lastIndexOf("node_modules/") + 13));
      const wanted = Object.values(packages).flatMap((entry) =>
        Object.keys(entry.optionalDependencies ?? {}),
      );
      expect(wanted.length).toBeGreaterThan(10);
      expect(wanted.filter((name) => !held.includes(name))).toEqual([]);
    }
  });

  verifies("tooling.small-files", "no written source file has more than 300 lines", () => {
    const written = filesIn("src", ".ts").filter((path) => path !== "src/codex/protocol/generated.ts");
    expect(written.length).toBeGreaterThan(50);
    expect(written.filter((path) => readText(path).trimEnd().split("\n").length > 300)).toEqual([]);
  });
});
