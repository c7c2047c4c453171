import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { filesOfApplied, filesTakenBack } from "../../../src/workspace/apply/earlier-patches.ts";
import { stateOf } from "../../integration/delegate/support.ts";
import { verifies } from "../../support/requirements.ts";
import { Fixture } from "../support.ts";
import { apply, delegate, filesOf, undo } from "./support.ts";

const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join("");
const committed = {
  "a.txt": "a\n",
  "b.txt": "b\n",
  "long.txt": lines,
  "kept.txt": "kept\n",
  "d/x.txt": "d/x\n",
  "e/x.txt": "e\n",
};

type Edit = (tree: string) => void;

const write =
  (name: string, text: string): Edit =>
  (tree) =>
    writeFileSync(join(tree, name), text);
const remove =
  (name: string): Edit =>
  (tree) =>
    rmSync(join(tree, name), { recursive: true });
const move =
  (from: string, to: string): Edit =>
  (tree) =>
    renameSync(join(tree, from), join(tree, to));

/** What Codex does first, and in the reply; `untold` is changed by the second patch without being a part of it. */
const cases: Readonly<
  Record<string, { readonly first: Edit[]; readonly later: Edit[]; readonly untold: string[] }>
> = {
  "a change that is taken back": {
    first: [write("a.txt", "first\n"), write("b.txt", "first\n")],
    later: [write("a.txt", "a\n")],
    untold: ["a.txt"],
  },
  "a new file that goes again": {
    first: [
      (tree) => mkdirSync(join(tree, "deep")),
      write("deep/new.txt", "new\n"),
      write("b.txt", "first\n"),
    ],
    later: [remove("deep")],
    untold: ["deep/new.txt"],
  },
  "a file that comes back": { first: [remove("a.txt")], later: [write("a.txt", "a\n")], untold: ["a.txt"] },
  "a renamed file that is changed": {
    first: [move("long.txt", "moved.txt")],
    later: [write("moved.txt", `${lines}more\n`)],
    untold: [],
  },
  "a renamed file that is renamed again": {
    first: [move("long.txt", "moved.txt")],
    later: [move("moved.txt", "again.txt")],
    untold: ["moved.txt"],
  },
  "a renamed file that goes back": {
    first: [move("long.txt", "moved.txt")],
    later: [move("moved.txt", "long.txt"), write("a.txt", "then\n")],
    untold: ["moved.txt", "long.txt"],
  },
  "a folder that became a file, and the same again": {
    first: [remove("d"), write("d", "d/x\n")],
    later: [write("b.txt", "then\n")],
    untold: [],
  },
  "a folder that became a file, and is a folder again": {
    first: [remove("d"), write("d", "file\n")],
    later: [remove("d"), (tree) => mkdirSync(join(tree, "d")), write("d/x.txt", "d/x\n")],
    untold: ["d", "d/x.txt"],
  },
  "a folder that became a link, and the same again": {
    first: [remove("d"), (tree) => symlinkSync("e", join(tree, "d"))],
    later: [write("b.txt", "then\n")],
    untold: [],
  },
  "a file that becomes a folder": {
    first: [write("new", "new\n")],
    later: [remove("new"), (tree) => mkdirSync(join(tree, "new")), write("new/x.txt", "x\n")],
    untold: ["new"],
  },
  "all of it": { first: [write("a.txt", "first\n")], later: [write("a.txt", "a\n")], untold: ["a.txt"] },
};

describe("a later patch of the same work tree", () => {
  for (const [name, { first, later, untold }] of Object.entries(cases)) {
    verifies("delegate.follow_up", `holds the earlier one: ${name}`, async () => {
      const fixture = Fixture.withCommit(committed);
      const delegated = await delegate(fixture);
      for (const edit of first) edit(delegated.tree);
      const one = await delegated.capture();
      const earlier = one.files;
      await apply(fixture, delegated, one);
      fixture.write({ "kept.txt": "the person's\n" });
      const start = stateOf(fixture.root);
      for (const edit of later) edit(delegated.tree);
      const two = await delegated.capture();
      expect(filesTakenBack(two.files, earlier).map(({ path }) => path)).toEqual(untold);
      const { journal, at } = await apply(fixture, delegated, two, { earlier });
      expect(filesOf(fixture.root)).toEqual({
        ...filesOf(delegated.tree),
        "kept.txt": filesOf(fixture.root)["kept.txt"],
      });
      expect(await apply(fixture, delegated, two, { earlier })).not.toHaveProperty("journal");
      if (journal === undefined) throw new Error("nothing was applied");
      await undo(at, journal);
      expect(stateOf(fixture.root)).toEqual(start);
    });
  }

  verifies("delegate.follow_up", "leaves what the person changed since in a file it took back", async () => {
    const fixture = Fixture.withCommit(committed);
    const delegated = await delegate(fixture);
    write("a.txt", "first\n")(delegated.tree);
    write("new.txt", "new\n")(delegated.tree);
    const { files: earlier, ...one } = await delegated.capture();
    await apply(fixture, delegated, { ...one, files: earlier });
    fixture.write({ "a.txt": "mine\n", "new.txt": "mine too\n" });
    write("a.txt", "a\n")(delegated.tree);
    remove("new.txt")(delegated.tree);
    const two = await delegated.capture();
    const all = await apply(fixture, delegated, two, { earlier });
    expect(all).not.toHaveProperty("journal");
    expect(all.stays).toEqual(["a.txt", "new.txt"]);
    const part = await apply(fixture, delegated, two, { earlier, only: ["b.txt"] });
    expect(part).not.toHaveProperty("journal");
    expect(part.stays).toEqual([]);
    fixture.write({ "a.txt": "a\n" });
    remove("new.txt")(fixture.root);
    expect((await apply(fixture, delegated, two, { earlier })).stays).toEqual([]);
  });

  verifies("delegate.follow_up", "leaves what the person had made in the same form", async () => {
    const fixture = Fixture.withCommit(committed);
    const delegated = await delegate(fixture);
    write("new.txt", "new\n")(delegated.tree);
    write("a.txt", "first\n")(delegated.tree);
    const one = await delegated.capture();
    fixture.write({ "new.txt": "new\n" });
    const { journal } = await apply(fixture, delegated, one);
    if (journal === undefined) throw new Error("nothing was applied");
    remove("new.txt")(delegated.tree);
    write("a.txt", "a\n")(delegated.tree);
    const two = await delegated.capture();
    const earlier = filesOfApplied(journal, one.files, two.files);
    expect(earlier.map(({ path }) => path)).toEqual(["a.txt"]);
    await apply(fixture, delegated, two, { earlier });
    expect(filesOf(fixture.root)).toEqual({
      ...filesOf(delegated.tree),
      "new.txt": filesOf(fixture.root)["new.txt"],
    });
  });

  verifies("delegate.follow_up", "whose work tree is gone says what to undo", async () => {
    const fixture = Fixture.withCommit(committed);
    fixture.write({ "a.txt": "uncommitted\n" });
    const delegated = await delegate(fixture);
    write("a.txt", "first\n")(delegated.tree);
    const one = await delegated.capture();
    await apply(fixture, delegated, one);
    write("a.txt", "uncommitted\n")(delegated.tree);
    write("b.txt", "then\n")(delegated.tree);
    const two = await delegated.capture();
    rmSync(delegated.place.folder, { recursive: true });
    const start = stateOf(fixture.root);
    await expect(apply(fixture, delegated, two, { earlier: one.files })).rejects.toMatchObject({
      report: { kind: "patch_conflict", message: expect.stringContaining("Undo that patch first") },
    });
    expect(stateOf(fixture.root)).toEqual(start);
  });
});
