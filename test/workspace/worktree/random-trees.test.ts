import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
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
  cases,
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

const setting = constantFrom(
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

const plain = (files: Readonly<Record<string, string>>) => files;

describe("a delegated change", () => {
  verifies(
    "delegate.patch",
    "of any tree with any edits is what Codex left, and is taken back exactly",
    async () => {
      const tally: Record<string, number> = {};
      const count = (key: string) => (tally[key] = (tally[key] ?? 0) + 1);
      await assert(
        asyncProperty(
          record({
            committed: edits,
            uncommitted: edits,
            staging,
            setting,
            codex: edits,
            more: edits,
            meanwhile: edits,
            includeUntracked: boolean(),
            sha256: boolean(),
          }),
          async ({
            committed,
            uncommitted,
            staging,
            setting,
            codex,
            more,
            meanwhile,
            includeUntracked,
            sha256,
          }) => {
            const fixture = sha256 ? Fixture.empty("--object-format=sha256") : Fixture.empty();
            const { root } = fixture;
            fixture.write({ "kept.txt": "kept\n" });
            for (const one of committed) make(root, one);
            fixture.commit();
            for (const [key = "", value = ""] of setting) fixture.git("config", key, value);
            for (const one of uncommitted) make(root, one);
            for (const { what, name } of staging) {
              try {
                fixture.git(...what, name);
              } catch {
                /* There is no such file. */
              }
            }
            const start = filesOf(root);
            const whole = stateOf(root);
            let delegated: Awaited<ReturnType<typeof delegate>>;
            delegated = await delegate(fixture, { includeUntracked });
            expect(stateOf(root)).toEqual(whole);
            const seeded = filesOf(delegated.tree);
            if (includeUntracked && setting[0]?.[0] !== "core.fileMode") expect(seeded).toEqual(start);
            for (const one of codex) make(delegated.tree, one);
            const one = await delegated.capture();
            expect(one.omitted).toEqual([]);
            const codexLeft = filesOf(delegated.tree);
            for (const edit of meanwhile) make(root, edit);
            const mine = filesOf(root);
            const before = stateOf(root);
            let first: Awaited<ReturnType<typeof apply>>;
            try {
              first = await apply(fixture, delegated, one);
            } catch (error) {
              if (!(error instanceof TandemError) || error.report.kind !== "patch_conflict") throw error;
              expect(stateOf(root)).toEqual(before);
              expect(mine).not.toEqual(seeded);
              count("conflict");
              return;
            }
            count("applied");
            const check = (
              files: readonly PatchFile[],
              now: Readonly<Record<string, string>>,
              left: Readonly<Record<string, string>>,
              mine: Readonly<Record<string, string>>,
            ) => {
              const exact = setting[0]?.[0] !== "core.fileMode";
              const bare = (state: string | undefined) =>
                exact ? state : state?.replace(/^100755/, "100644");
              for (const path of new Set([...Object.keys(now), ...Object.keys(left), ...Object.keys(mine)])) {
                const isTheirs = seeded[path] !== left[path];
                const from = files.find((file) => file.path === path)?.oldPath ?? path;
                const isMine =
                  bare(start[path]) !== bare(mine[path]) || bare(start[from]) !== bare(mine[from]);
                if (!isMine && isTheirs) expect([path, bare(now[path])]).toEqual([path, bare(left[path])]);
                if (!isTheirs) expect([path, now[path]]).toEqual([path, mine[path]]);
              }
            };
            check(one.files, filesOf(root), codexLeft, mine);
            const between = stateOf(root);
            for (const edit of more) make(delegated.tree, edit);
            const two = await delegated.capture();
            try {
              const second = await apply(fixture, delegated, two, {
                earlier:
                  first.journal === undefined ? [] : filesOfApplied(first.journal, one.files, two.files),
              });
              count("second");
              check(two.files, filesOf(root), filesOf(delegated.tree), mine);
              if (second.journal !== undefined) await undo(second.at, second.journal);
            } catch (error) {
              if (!(error instanceof TandemError) || error.report.kind !== "patch_conflict") throw error;
              expect(mine).not.toEqual(seeded);
              count("second conflict");
            }
            expect(stateOf(root)).toEqual(between);
            if (first.journal !== undefined) await undo(first.at, first.journal);
            expect(stateOf(root)).toEqual(before);
          },
        ),
        cases(12),
      );
      console.log(tally);
    },
  );
});
void plain;
