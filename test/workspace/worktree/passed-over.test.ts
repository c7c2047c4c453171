import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { stateOf } from "../../integration/delegate/support.ts";
import { verifies } from "../../support/requirements.ts";
import { Fixture } from "../support.ts";
import { apply, delegate, filesOf, shell, undo } from "./support.ts";

describe("files that git was told to pass over", () => {
  for (const bit of ["skip-worktree", "assume-unchanged"]) {
    verifies("delegate.seed", `are given as they are: ${bit}`, async () => {
      const fixture = Fixture.withCommit({ "a.txt": "one\n", "b.txt": "b\n" });
      fixture.git("update-index", `--${bit}`, "a.txt");
      fixture.write({ "a.txt": "local\n" });
      const start = stateOf(fixture.root);
      const delegated = await delegate(fixture);
      expect(filesOf(delegated.tree)).toEqual(filesOf(fixture.root));
      writeFileSync(join(delegated.tree, "a.txt"), "local\nand more\n");
      const captured = await delegated.capture();
      expect(captured.files.map(({ path }) => path)).toEqual(["a.txt"]);
      const { journal, at } = await apply(fixture, delegated, captured);
      expect(filesOf(fixture.root)).toEqual(filesOf(delegated.tree));
      if (journal !== undefined) await undo(at, journal);
      expect(stateOf(fixture.root)).toEqual(start);
    });
  }

  verifies("delegate.seed", "are given as committed below a folder that is a link", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", "d/b.txt": "b\n" });
    fixture.git("update-index", "--assume-unchanged", "d/b.txt");
    shell(fixture.root, "mv d elsewhere");
    symlinkSync("elsewhere", join(fixture.root, "d"));
    const delegated = await delegate(fixture);
    expect(delegated.warnings.join(" ")).not.toContain("b.txt");
  });

  verifies("delegate.patch", "hold what Codex wrote outside of a sparse checkout", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", "in/b.txt": "b\n", "out/c.txt": "c\n" });
    fixture.git("sparse-checkout", "set", "in");
    const start = stateOf(fixture.root);
    const delegated = await delegate(fixture);
    mkdirSync(join(delegated.tree, "out"));
    for (const name of ["out/c.txt", "out/d.txt"]) writeFileSync(join(delegated.tree, name), "codex\n");
    const captured = await delegated.capture();
    expect(captured.files.map(({ path, status }) => [path, status])).toEqual([
      ["out/c.txt", "modified"],
      ["out/d.txt", "added"],
    ]);
    const { journal, at } = await apply(fixture, delegated, captured);
    expect(filesOf(fixture.root)).toEqual(filesOf(delegated.tree));
    if (journal !== undefined) await undo(at, journal);
    expect(stateOf(fixture.root)).toEqual(start);
  });
});

describe("an applied patch", () => {
  verifies("apply.moved", "keeps the person's later edits where git takes files for unchanged", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n" });
    fixture.git("config", "core.ignoreStat", "true");
    const delegated = await delegate(fixture);
    writeFileSync(join(delegated.tree, "a.txt"), "codex\n");
    const captured = await delegated.capture();
    fixture.write({ "a.txt": "the person's\n" });
    await expect(apply(fixture, delegated, captured)).rejects.toMatchObject({
      report: { kind: "patch_conflict" },
    });
    expect(readFileSync(join(fixture.root, "a.txt"), "utf8")).toBe("the person's\n");
  });

  verifies("delegate.patch", "follows the attributes that it brings", async () => {
    const fixture = Fixture.withCommit({
      ".gitattributes": "*.c text\n",
      "d/.gitattributes": "*.txt eol=crlf\n",
    });
    const delegated = await delegate(fixture);
    const put = (name: string, content: string | Buffer) =>
      writeFileSync(join(delegated.tree, name), content);
    put(".gitattributes", "*.bat eol=crlf\n*.reg working-tree-encoding=UTF-16\n");
    put("x.bat", "one\r\ntwo\r\n");
    put("x.reg", Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from("one\ntwo\n", "utf16le")]));
    put("d/new.txt", "one\r\ntwo\r\n");
    await apply(fixture, delegated, await delegated.capture());
    expect(filesOf(fixture.root)).toEqual(filesOf(delegated.tree));
    fixture.git("add", "--all");
  });

  verifies("delegate.patch", "leaves the permissions alone that it says nothing of", async () => {
    const fixture = Fixture.withCommit({ "own.sh": "one\n", "all.sh": "one\n" });
    chmodSync(join(fixture.root, "own.sh"), 0o744);
    fixture.git("add", "own.sh");
    fixture.git("commit", "--quiet", "--message=mode");
    fixture.git("config", "core.fileMode", "false");
    chmodSync(join(fixture.root, "all.sh"), 0o755);
    const delegated = await delegate(fixture);
    for (const name of ["own.sh", "all.sh"]) writeFileSync(join(delegated.tree, name), "two\n");
    await apply(fixture, delegated, await delegated.capture());
    expect(readFileSync(join(fixture.root, "own.sh"), "utf8")).toBe("two\n");
    expect(statSync(join(fixture.root, "own.sh")).mode & 0o777).toBe(0o744);
    expect(statSync(join(fixture.root, "all.sh")).mode & 0o777).toBe(0o755);
  });

  verifies("delegate.omitted", "names submodules that were removed", async () => {
    const inner = Fixture.withCommit({ "inside.txt": "inside\n" });
    const fixture = Fixture.withCommit({ "a.txt": "one\n" });
    fixture.git("submodule", "add", "--quiet", inner.root, "gone");
    fixture.commit();
    const delegated = await delegate(fixture);
    shell(delegated.tree, "rmdir gone; rm .gitmodules");
    const captured = await delegated.capture();
    expect(captured.files.map(({ path }) => path)).toEqual([".gitmodules"]);
    expect(captured.omitted).toEqual([{ path: "gone", reason: "a submodule is not removed by a patch" }]);
  });
});
