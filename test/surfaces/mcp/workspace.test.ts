import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished } from "vitest";
import type { TandemError } from "../../../src/domain/errors/tandem-error.ts";
import { chooseWorkspace, confine, type PlaceFacts } from "../../../src/surfaces/mcp/place/workspace.ts";
import { verifies } from "../../support/requirements.ts";

function makeFolders(): { readonly one: string; readonly two: string; readonly other: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tandem-place-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [one, two, other] = ["one", "two", "other"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [join(one, "deep"), two, other]) mkdirSync(each, { recursive: true });
  return { one, two, other };
}

const facts = (changes: Partial<PlaceFacts> = {}): PlaceFacts => ({
  allowed: [],
  platform: "linux",
  ...changes,
});
const roots = (...folders: string[]) => folders.map((folder) => pathToFileURL(folder).href);

function reportOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    return (error as TandemError).report;
  }
  throw new Error("It was accepted.");
}

verifies(
  "mcp.workspace",
  "the client's folders come first, then the project folder, then the start folder",
  () => {
    const { one, two, other } = makeFolders();
    const all = { projectFolder: two, startFolder: other };
    expect(chooseWorkspace(undefined, facts({ ...all, roots: roots(one) }))).toEqual({
      folder: one,
      bounds: [one],
    });
    expect(chooseWorkspace(undefined, facts(all))).toEqual({ folder: two, bounds: [two] });
    const started = chooseWorkspace(undefined, facts({ startFolder: other }));
    expect(started).toMatchObject({ folder: other, bounds: [other] });
    expect(started.warning).toContain("The client names no folder");
    const several = chooseWorkspace(undefined, facts({ roots: roots(one, two) }));
    expect(several).toMatchObject({ folder: one, bounds: [one, two] });
    expect(several.warning).toContain(`\`workspace\` names another: "${two}"`);
    const opened = chooseWorkspace(undefined, facts({ roots: roots(one, two), projectFolder: two }));
    expect(opened).toEqual({ folder: two, bounds: [two, one] });
    const strange = facts({ ...all, roots: ["https://example.invalid/x", "nonsense"] });
    expect(chooseWorkspace(undefined, strange).folder).toBe(two);
  },
);

verifies("mcp.workspace", "an argument names a folder inside of them", () => {
  const { one, two, other } = makeFolders();
  const place = facts({ roots: roots(one, two), allowed: [other] });
  expect(chooseWorkspace("deep", place).folder).toBe(join(one, "deep"));
  expect(chooseWorkspace(two, place).folder).toBe(two);
  expect(chooseWorkspace(other, place).folder).toBe(other);
  expect(chooseWorkspace(join(one, "deep"), place).warning).toBeUndefined();
});

verifies(
  "mcp.workspace",
  "what leads out is refused with the candidates and the setting, not with the value",
  () => {
    const { one, other } = makeFolders();
    symlinkSync(other, join(one, "link"));
    symlinkSync(join(other, "later"), join(one, "dangling"));
    const place = facts({ roots: roots(one) });
    for (const path of [
      "..",
      other,
      "link",
      "dangling",
      "dangling/x",
      "deep/../../other",
      "/",
      `${one}-else`,
    ]) {
      const { kind, message, repair } = reportOf(() => chooseWorkspace(path, place));
      expect([path, kind]).toEqual([path, "usage"]);
      expect(message).toBe(
        `\`workspace\` leads out of the folders that this client works in. Allowed: "${one}".`,
      );
      expect(repair.say).toContain("mcp_folders");
    }
  },
);

verifies("mcp.workspace", "a folder that is gone is an error of its own", () => {
  const { one } = makeFolders();
  const place = facts({ roots: roots(one) });
  writeFileSync(join(one, "file"), "");
  for (const path of ["missing", "file"]) {
    expect(reportOf(() => chooseWorkspace(path, place)).kind).toBe("workspace_gone");
  }
  rmSync(one, { recursive: true });
  expect(reportOf(() => chooseWorkspace(undefined, place))).toMatchObject({
    kind: "workspace_gone",
    details: { folder: one },
  });
  expect(reportOf(() => chooseWorkspace(undefined, facts())).kind).toBe("workspace_gone");
});

verifies("mcp.workspace", "files are confined like folders, by where they lead", () => {
  const { one, two, other } = makeFolders();
  writeFileSync(join(other, "secret"), "");
  symlinkSync(join(other, "secret"), join(one, "link"));
  const workspace = chooseWorkspace(undefined, facts({ roots: roots(one, two) }));
  expect(confine("deep/a.txt", "files", workspace, "linux")).toBe(join(one, "deep", "a.txt"));
  expect(confine(join(two, "b.txt"), "files", workspace, "linux")).toBe(join(two, "b.txt"));
  for (const path of ["link", "../other/secret", "/etc/passwd"]) {
    expect(reportOf(() => confine(path, "files", workspace, "linux")).message).toContain("`files` leads out");
  }
});
