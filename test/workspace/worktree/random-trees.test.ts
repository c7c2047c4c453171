import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import type { PatchFile } from "../../../src/domain/envelope.ts";
import { TandemError } from "../../../src/domain/errors/tandem-error.ts";
import { filesOfApplied } from "../../../src/workspace/apply/earlier-patches.ts";
import { stateOf } from "../../integration/delegate/support.ts";
import {
  array,
  assert,
  asyncProperty,
  boolean,
  cases as caseCount,
  constantFrom,
  record,
} from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { Fixture } from "../support.ts";
import { apply, delegate, filesOf, undo } from "./support.ts";

const text = (changed: string) =>
  Array.from(
    { length: 24 },
    (_, index) => `line ${index}${changed.includes(String(index % 8)) ? " changed" : ""}\n`,
  ).join("");

const contents: Readonly<Record<string, string | Buffer>> = {
  text: text(""),
  first: text("0"),
  last: text("7"),
  other: "other\n",
  empty: "",
  crlf: "one\r\ntwo\r\n",
  mixed: "one\r\ntwo\n",
  binary: Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7919) % 256)),
  "no end": "no end",
};
const name = constantFrom("a", "b", "d", "d/a", "d/b", "d/a/deep", "e/f", '\u00fc "x"');
const edit = record({
  kind: constantFrom("write", "write", "write", "write", "delete", "link", "rename", "mode"),
  name,
  to: name,
  content: constantFrom(...Object.keys(contents)),
});
type Edit = { kind: string; name: string; to: string; content: string };
const edits = array(edit, { maxLength: 5 });

/** Does an edit as a person would, with whatever is in the way. */
function make(root: string, { kind, name, to, content }: Edit): void {
  const path = join(root, name);
  const clear = (inside: string) => {
    const parts = inside.split("/");
    for (let count = 1; count < parts.length; count += 1) {
      const above = join(root, ...parts.slice(0, count));
      if (lstatSync(above, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(above);
    }
    rmSync(join(root, inside), { recursive: true, force: true });
    mkdirSync(dirname(join(root, inside)), { recursive: true });
  };
  const facts = lookAt(path);
  if (kind === "write") {
    clear(name);
    writeFileSync(path, contents[content] ?? "");
  } else if (kind === "link") {
    clear(name);
    symlinkSync(content, path);
  } else if (facts === undefined) return;
  else if (kind === "delete") rmSync(path, { recursive: true });
  else if (kind === "mode" && facts.isFile()) chmodSync(path, (facts.mode & 0o100) === 0 ? 0o755 : 0o644);
  else if (kind === "rename" && !to.startsWith(`${name}/`) && !name.startsWith(`${to}/`) && to !== name) {
    clear(to);
    if (existsSync(path)) renameSync(path, join(root, to));
  }
}

function lookAt(path: string) {
  try {
    return lstatSync(path);
  } catch {
    // A file is in place of a folder above.
    return undefined;
  }
}

const staging = array(
  record({
    what: constantFrom(
      ["add", "--"],
      ["add", "--intent-to-add", "--"],
      ["rm", "--cached", "-rq", "--"],
      ["update-index", "--assume-unchanged"],
      ["update-index", "--skip-worktree"],
    ),
    name,
  }),
  { maxLength: 3 },
);

type Setting = readonly (readonly string[])[];

const setting = constantFrom<Setting[]>(
  [],
  [["core.fileMode", "false"]],
  [["core.ignoreStat", "true"]],
  [["core.splitIndex", "true"]],
  [["core.safecrlf", "true"]],
  [
    ["index.version", "4"],
    ["core.untrackedCache", "true"],
  ],
  [
    ["merge.conflictStyle", "diff3"],
    ["apply.whitespace", "fix"],
  ],
);

/** As a person would; what is not there cannot be staged. */
function stage(fixture: Fixture, what: readonly string[], name: string): void {
  if (lookAt(join(fixture.root, name)) !== undefined || fixture.git("ls-files", "--", name) !== "") {
    try {
      fixture.git(...what, name);
    } catch {
      // Git does not know it, or it is a folder.
    }
  }
}

/** A folder without files, of which git and `filesOf` know nothing, can be in the way too. */
function isEmptied(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (!entry.isDirectory() || entry.name === ".git") return false;
    const inside = join(folder, entry.name);
    return readdirSync(inside).length === 0 || isEmptied(inside);
  });
}

interface Rounds {
  readonly start: Files;
  readonly seeded: Files;
  readonly setting: Setting;
}

type Files = Readonly<Record<string, string>>;

/** What Codex changed is as Codex left it, what it did not is as the person left it; of what both changed a merge decides. */
function expectMerged(
  { start, seeded, setting }: Rounds,
  files: readonly PatchFile[],
  { now, left, mine }: Record<"now" | "left" | "mine", Files>,
): void {
  const isExact = setting[0]?.[0] !== "core.fileMode";
  const bare = (state: string | undefined) => (isExact ? state : state?.replace(/^100755/, "100644"));
  for (const path of new Set([now, left, mine].flatMap(Object.keys))) {
    const isTheirs = seeded[path] !== left[path];
    const from = files.find((file) => file.path === path)?.oldPath ?? path;
    const isMine = [path, from].some((name) => bare(start[name]) !== bare(mine[name]));
    if (!isMine && isTheirs) expect([path, bare(now[path])]).toEqual([path, bare(left[path])]);
    if (!isTheirs) expect([path, now[path]]).toEqual([path, mine[path]]);
  }
}

/** Undefined for a conflict, which leaves everything as it was and needs a change of the person's. */
async function applied(
  fixture: Fixture,
  isTouched: () => boolean,
  applying: () => ReturnType<typeof apply>,
): Promise<Awaited<ReturnType<typeof apply>> | undefined> {
  const before = stateOf(fixture.root);
  try {
    return await applying();
  } catch (error) {
    if (!(error instanceof TandemError) || error.report.kind !== "patch_conflict") throw error;
    expect(stateOf(fixture.root)).toEqual(before);
    expect(isTouched()).toBe(true);
    return undefined;
  }
}

const cases = record({
  committed: edits,
  uncommitted: edits,
  staging,
  setting,
  codex: edits,
  more: edits,
  meanwhile: edits,
  includeUntracked: boolean(),
  isSha256: boolean(),
});

describe("a delegated change", () => {
  verifies(
    "delegate.patch",
    "of any tree is what Codex left beside what the person did, and is taken back exactly",
    async () => {
      await assert(
        asyncProperty(cases, async ({ setting, includeUntracked, isSha256, ...all }) => {
          const fixture = Fixture.empty(...(isSha256 ? ["--object-format=sha256"] : []));
          const { root } = fixture;
          fixture.write({ "kept.txt": "kept\n" });
          for (const edit of all.committed) make(root, edit);
          fixture.commit();
          for (const [key = "", value = ""] of setting) fixture.git("config", key, value);
          for (const edit of all.uncommitted) make(root, edit);
          for (const { what, name } of all.staging) stage(fixture, what, name);
          const [start, whole] = [filesOf(root), stateOf(root)];
          const delegated = await delegate(fixture, { includeUntracked });
          const { tree } = delegated;
          expect(stateOf(root)).toEqual(whole);
          const rounds = { start, seeded: filesOf(tree), setting };
          if (includeUntracked && setting[0]?.[0] !== "core.fileMode") expect(rounds.seeded).toEqual(start);
          for (const edit of all.codex) make(tree, edit);
          const one = await delegated.capture();
          expect(one.omitted).toEqual([]);
          for (const edit of all.meanwhile) make(root, edit);
          const [mine, before] = [filesOf(root), stateOf(root)];
          const isTouched = () => JSON.stringify(mine) !== JSON.stringify(rounds.seeded) || isEmptied(root);
          const first = await applied(fixture, isTouched, async () => apply(fixture, delegated, one));
          if (first === undefined) return;
          expectMerged(rounds, one.files, { now: filesOf(root), left: filesOf(tree), mine });
          const between = stateOf(root);
          for (const edit of all.more) make(tree, edit);
          const two = await delegated.capture();
          const earlier =
            first.journal === undefined ? [] : filesOfApplied(first.journal, one.files, two.files);
          const second = await applied(fixture, isTouched, async () =>
            apply(fixture, delegated, two, { earlier }),
          );
          if (second !== undefined)
            expectMerged(rounds, two.files, { now: filesOf(root), left: filesOf(tree), mine });
          if (second?.journal !== undefined) await undo(second.at, second.journal);
          expect(stateOf(root)).toEqual(between);
          if (first.journal !== undefined) await undo(first.at, first.journal);
          expect(stateOf(root)).toEqual(before);
        }),
        caseCount(8),
      );
    },
  );
});
