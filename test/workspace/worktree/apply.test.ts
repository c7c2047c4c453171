import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { settleChange, undoChange } from "../../../src/workspace/apply/change-tree.ts";
import { readJournal } from "../../../src/workspace/apply/journal.ts";
import { mergePatch } from "../../../src/workspace/apply/merge-patch.ts";
import { stateOf } from "../../integration/delegate/support.ts";
import { bundleFixture } from "../../support/bundle.ts";
import { verifies } from "../../support/requirements.ts";
import { Fixture, makeFolder, writeScript } from "../support.ts";
import { applies, apply, delegate, filesOf } from "./support.ts";

const program = await bundleFixture(join(import.meta.dirname, "fixtures/change-and-die.ts"));
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join("");
const committed = { "a.txt": lines(30), "b.txt": "b\n", "d/c.txt": "c\n", "run.sh": "x\n", "f.txt": "f\n" };

/** A change of every kind, captured. */
async function changed(fixture: Fixture) {
  const delegated = await delegate(fixture);
  const { tree } = delegated;
  writeFileSync(join(tree, "a.txt"), lines(30).replace("line 3\n", "line three\n"));
  rmSync(join(tree, "b.txt"));
  rmSync(join(tree, "d"), { recursive: true });
  rmSync(join(tree, "f.txt"));
  mkdirSync(join(tree, "f.txt"));
  writeFileSync(join(tree, "f.txt/inside"), "inside\n");
  mkdirSync(join(tree, "new/deep"), { recursive: true });
  writeFileSync(join(tree, "new/deep/n.bin"), Buffer.of(0, 1, 2));
  symlinkSync("a.txt", join(tree, "link"));
  chmodSync(join(tree, "run.sh"), 0o755);
  return { delegated, captured: await delegated.capture() };
}

interface Prepared {
  readonly fixture: Fixture;
  readonly folder: string;
  readonly plan: (kind: "apply" | "undo") => string;
}

/** A change that is ready to be made by another process. */
async function prepared(): Promise<Prepared> {
  const fixture = Fixture.withCommit(committed);
  chmodSync(join(fixture.root, "a.txt"), 0o640);
  chmodSync(join(fixture.root, "d"), 0o750);
  const { delegated, captured } = await changed(fixture);
  const scratch = makeFolder();
  const { files: merged } = await mergePatch(await fixture.open(), {
    patch: delegated.patch,
    files: captured.files,
    isWanted: () => true,
    scratch,
    objects: delegated.place.objects,
  });
  const folder = join(makeFolder(), "apply");
  mkdirSync(folder);
  const plan = (kind: "apply" | "undo") => {
    const file = join(makeFolder(), "plan.json");
    const names = merged.map(({ name, ...rest }) => ({ ...rest, name: name.toString("base64") }));
    const facts = { kind, root: fixture.root, folder, contents: join(scratch, "after"), merged: names };
    writeFileSync(file, JSON.stringify(facts));
    return file;
  };
  return { fixture, folder, plan };
}

/** Runs a plan in a process of its own, which is killed at `fatal`; gives the steps that came. */
function run(plan: string, fatal = ""): readonly string[] {
  const { stdout } = spawnSync(process.execPath, [program, plan, fatal], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line !== "");
}

describe("applying a patch", () => {
  verifies("apply.transaction", "killed at every step, it is undone by the next call", async () => {
    const { fixture, folder, plan } = await prepared();
    const before = stateOf(fixture.root);
    const apply = plan("apply");
    const undo = plan("undo");
    const steps = run(apply);
    expect(steps.length).toBeGreaterThan(25);
    const after = stateOf(fixture.root);
    expect(after).not.toEqual(before);
    run(undo);
    expect(stateOf(fixture.root)).toEqual(before);
    for (const step of steps) {
      expect(run(apply, step).at(-1)).toBe(step);
      const settled = await settleChange({ folder });
      expect(settled?.foreign ?? []).toEqual([]);
      if (step === "confirmed") {
        // It counts, whatever happened to the process after that.
        expect(stateOf(fixture.root)).toEqual(after);
        run(undo);
      }
      expect({ step, state: stateOf(fixture.root) }).toEqual({ step, state: before });
    }
  });

  verifies(
    "apply.undo",
    "killed at every step of taking it back, it is taken back by the next call",
    async () => {
      const { fixture, folder, plan } = await prepared();
      const before = stateOf(fixture.root);
      run(plan("apply"));
      const steps = run(plan("undo"));
      for (const step of steps) {
        run(plan("apply"));
        run(plan("undo"), step);
        await settleChange({ folder });
        expect({ step, state: stateOf(fixture.root) }).toEqual({ step, state: before });
      }
    },
  );

  verifies("apply.transaction", "that fails in the middle leaves everything as it was", async () => {
    const fixture = Fixture.withCommit(committed);
    const { delegated, captured } = await changed(fixture);
    // Git does not see what lies there, and it is in the way.
    fixture.write({ ".gitignore": "*.o\n", "d/left.o": "o\n" });
    writeFileSync(join(delegated.tree, "d"), "a file now\n");
    const again = await delegated.capture();
    expect(captured.bytes).toBeGreaterThan(0);
    const before = stateOf(fixture.root);
    await expect(apply(fixture, delegated, again)).rejects.toMatchObject({
      report: { kind: "patch_conflict" },
    });
    expect(stateOf(fixture.root)).toEqual(before);
  });

  verifies("apply.transaction", "does not follow a link that took the place of a folder", async () => {
    const fixture = Fixture.withCommit(committed);
    const delegated = await delegate(fixture);
    writeFileSync(join(delegated.tree, "d/new.txt"), "new\n");
    writeFileSync(join(delegated.tree, "d/c.txt"), "changed\n");
    const captured = await delegated.capture();
    const outside = makeFolder();
    writeFileSync(join(outside, "c.txt"), "c\n");
    rmSync(join(fixture.root, "d"), { recursive: true });
    symlinkSync(outside, join(fixture.root, "d"));
    await expect(apply(fixture, delegated, captured)).rejects.toMatchObject({
      report: { kind: "patch_conflict" },
    });
    expect(filesOf(outside)).toEqual({ "c.txt": expect.any(String) as string });
  });

  verifies("apply.transaction", "does not follow a link that comes between two of its steps", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "a\n", "d/c.txt": "c\n" });
    const delegated = await delegate(fixture);
    writeFileSync(join(delegated.tree, "a.txt"), "changed\n");
    writeFileSync(join(delegated.tree, "d/c.txt"), "changed\n");
    const captured = await delegated.capture();
    const outside = makeFolder();
    writeFileSync(join(outside, "c.txt"), "c\n");
    const swap = (step: string) => {
      if (step !== "file 0") return;
      rmSync(join(fixture.root, "d"), { recursive: true });
      symlinkSync(outside, join(fixture.root, "d"));
    };
    const failure = apply(fixture, delegated, captured, { onStep: swap });
    await expect(failure).rejects.toMatchObject({ report: { kind: "patch_conflict" } });
    expect(readFileSync(join(outside, "c.txt"), "utf8")).toBe("c\n");
    expect(readFileSync(join(fixture.root, "a.txt"), "utf8")).toBe("a\n");
  });

  verifies("apply.undo", "is refused when a folder has become a link since", async () => {
    const fixture = Fixture.withCommit({ "d/c.txt": "c\n" });
    const delegated = await delegate(fixture);
    writeFileSync(join(delegated.tree, "d/c.txt"), "changed\n");
    const { journal, at } = await apply(fixture, delegated, await delegated.capture());
    if (journal === undefined) throw new Error("nothing was applied");
    const outside = makeFolder();
    writeFileSync(join(outside, "c.txt"), "changed\n");
    rmSync(join(fixture.root, "d"), { recursive: true });
    symlinkSync(outside, join(fixture.root, "d"));
    await expect(undoChange(at, journal)).rejects.toThrow(/d\/c\.txt/);
    expect(readFileSync(join(outside, "c.txt"), "utf8")).toBe("changed\n");
  });

  verifies("apply.moved", "merges with what was changed and committed elsewhere in its files", async () => {
    const fixture = Fixture.withCommit(committed);
    const { delegated, captured } = await changed(fixture);
    fixture.commit({ "a.txt": lines(30).replace("line 25\n", "line twenty-five\n"), "other.txt": "other\n" });
    fixture.write({ "run.sh": "y\n" });
    const before = stateOf(fixture.root);
    const { journal, at } = await apply(fixture, delegated, captured);
    expect(readFileSync(join(fixture.root, "a.txt"), "utf8")).toBe(
      lines(30).replace("line 3\n", "line three\n").replace("line 25\n", "line twenty-five\n"),
    );
    expect(readFileSync(join(fixture.root, "run.sh"), "utf8")).toBe("y\n");
    expect(existsSync(join(fixture.root, "other.txt"))).toBe(true);
    if (journal !== undefined) await undoChange(at, journal);
    expect(stateOf(fixture.root)).toEqual(before);
  });

  verifies(
    "apply.moved",
    "changes nothing where both changed the same line, and names the file",
    async () => {
      const fixture = Fixture.withCommit(committed);
      const { delegated, captured } = await changed(fixture);
      fixture.commit({ "a.txt": lines(30).replace("line 3\n", "line 3 by me\n") });
      const before = stateOf(fixture.root);
      expect(await applies(fixture, delegated, captured)).toBe(false);
      const failure = apply(fixture, delegated, captured);
      await expect(failure).rejects.toMatchObject({ report: { kind: "patch_conflict" } });
      await expect(failure).rejects.toThrow(/a\.txt/);
      expect(stateOf(fixture.root)).toEqual(before);
    },
  );

  verifies("apply.moved", "finds what is there already, all of it or some", async () => {
    const fixture = Fixture.withCommit(committed);
    const { delegated, captured } = await changed(fixture);
    rmSync(join(fixture.root, "b.txt"));
    fixture.write({ "a.txt": lines(30).replace("line 3\n", "line three\n") });
    await apply(fixture, delegated, captured);
    expect(filesOf(fixture.root)).toEqual(filesOf(delegated.tree));
    const before = stateOf(fixture.root);
    const { journal } = await apply(fixture, delegated, captured);
    expect(journal).toBeUndefined();
    expect(stateOf(fixture.root)).toEqual(before);
  });

  verifies("apply.moved", "does not write over a file of the same name that git does not know", async () => {
    const fixture = Fixture.withCommit(committed);
    const delegated = await delegate(fixture);
    writeFileSync(join(delegated.tree, "mine.txt"), "codex\n");
    const captured = await delegated.capture();
    fixture.write({ "mine.txt": "mine\n" });
    await expect(apply(fixture, delegated, captured)).rejects.toMatchObject({
      report: { kind: "patch_conflict" },
    });
    expect(readFileSync(join(fixture.root, "mine.txt"), "utf8")).toBe("mine\n");
  });

  verifies("apply.moved", "does not take a file with content for a new one without", async () => {
    const fixture = Fixture.withCommit(committed);
    fixture.write({ "mine.txt": "mine\n" });
    const delegated = await delegate(fixture);
    writeFileSync(join(delegated.tree, "mine.txt"), "");
    const captured = await delegated.capture();
    await expect(apply(fixture, delegated, captured)).rejects.toMatchObject({
      report: { kind: "patch_conflict", message: expect.stringContaining("mine.txt") },
    });
    expect(readFileSync(join(fixture.root, "mine.txt"), "utf8")).toBe("mine\n");
  });

  verifies("apply.moved", "starts no merge driver and no filter of the repository", async () => {
    const fixture = Fixture.withCommit({ ...committed, ".gitattributes": "a.txt merge=evil filter=evil\n" });
    const canary = join(makeFolder(), "sung");
    const evil = join(makeFolder(), "evil");
    writeScript(evil, `touch '${canary}'; cat`);
    const delegated = await delegate(fixture);
    writeFileSync(join(delegated.tree, "a.txt"), lines(30).replace("line 3\n", "line three\n"));
    writeFileSync(join(delegated.tree, ".gitattributes"), "a.txt merge=evil filter=evil\n# more\n");
    const captured = await delegated.capture();
    fixture.commit({ "a.txt": lines(30).replace("line 25\n", "line twenty-five\n") });
    fixture.git("config", "merge.evil.driver", `${evil} %A`);
    fixture.git("config", "merge.default", "evil");
    await apply(fixture, delegated, captured);
    expect(readFileSync(join(fixture.root, "a.txt"), "utf8")).toContain("line three");
    fixture.git("config", "filter.evil.clean", evil);
    fixture.git("config", "filter.evil.smudge", evil);
    fixture.git("config", "filter.evil.process", evil);
    await expect(apply(fixture, delegated, captured)).rejects.toThrow(/filter evil, which is not run/);
    expect(existsSync(canary)).toBe(false);
  });

  verifies("apply.only", "takes the named files and leaves the others", async () => {
    const fixture = Fixture.withCommit(committed);
    const { delegated, captured } = await changed(fixture);
    fixture.write({ "run.sh": "in the way\n" });
    const before = filesOf(fixture.root);
    await apply(fixture, delegated, captured, { only: ["a.txt", "link"] });
    const wanted = filesOf(delegated.tree);
    expect(filesOf(fixture.root)).toEqual({ ...before, "a.txt": wanted["a.txt"], link: wanted["link"] });
  });

  verifies("apply.undo", "is refused when a file was changed since, and nothing is touched", async () => {
    const fixture = Fixture.withCommit(committed);
    const { delegated, captured } = await changed(fixture);
    const { journal, at } = await apply(fixture, delegated, captured);
    fixture.write({ "a.txt": "by me\n" });
    const before = stateOf(fixture.root);
    if (journal === undefined) throw new Error("nothing was applied");
    await expect(undoChange(at, journal)).rejects.toThrow(/a\.txt/);
    expect(stateOf(fixture.root)).toEqual(before);
    expect(readJournal(at)?.state).toBe("applied");
  });
});
