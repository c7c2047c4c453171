import { chmodSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { readGit } from "../../src/workspace/git.ts";
import { keepSnapshot, objectFolderOf, type Snapshot, withObjects } from "../../src/workspace/snapshot.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, makeFolder, writeScript } from "./support.ts";

interface Kept extends Snapshot {
  /** `mode path content` of each file of the tree. */
  readonly files: readonly string[];
}

async function keep(fixture: Fixture, limits?: Parameters<typeof keepSnapshot>[2]): Promise<Kept> {
  const repository = await fixture.open();
  const folder = makeFolder();
  const snapshot = await keepSnapshot(repository, folder, limits);
  const { git } = withObjects(repository, [objectFolderOf(folder)]);
  const listed = (await readGit(git, ["ls-tree", "-r", "-z", snapshot.tree])).toString("utf8");
  const files = await Promise.all(
    listed
      .split("\0")
      .filter((line) => line !== "")
      .map(async (line) => {
        const [facts = "", path = ""] = line.split("\t");
        const [mode, type, id = ""] = facts.split(" ");
        const content =
          type === "blob" ? (await readGit(git, ["cat-file", "blob", id])).toString("utf8") : id;
        return `${mode} ${path} ${content}`;
      }),
  );
  return { ...snapshot, files };
}

/** All files below the repository's own folder, so that nothing that was written there goes unnoticed. */
function ownFiles({ root }: Fixture): readonly string[] {
  return readdirSync(join(root, ".git"), { recursive: true, encoding: "utf8" }).sort();
}

describe("a snapshot of a work tree", () => {
  verifies(
    "gate.snapshot",
    "holds every file as it is, and nothing is written into the repository",
    async () => {
      const fixture = Fixture.withCommit({
        "same.txt": "same\n",
        "edited.txt": "old\n",
        "staged.txt": "old\n",
        "gone.txt": "gone\n",
        "untracked-now.txt": "kept\n",
        "folder/inside.txt": "inside\n",
        "becomes-folder": "file\n",
        ".gitignore": "ignored.txt\n",
      });
      fixture.git("config", "core.splitIndex", "true");
      fixture.write({
        "edited.txt": "new\n",
        "staged.txt": "new\n",
        "ignored.txt": "secret\n",
        "run.sh": "#!/bin/sh\n",
        'odd "name"\n with \\ and é.txt': "odd\n",
      });
      fixture.git("add", "staged.txt");
      fixture.git("rm", "--quiet", "--cached", "untracked-now.txt");
      rmSync(join(fixture.root, "gone.txt"));
      rmSync(join(fixture.root, "becomes-folder"));
      fixture.write({ "becomes-folder/a.txt": "a\n" });
      chmodSync(join(fixture.root, "run.sh"), 0o755);
      symlinkSync("/nowhere", join(fixture.root, "link"));
      const before = ownFiles(fixture);
      const status = fixture.git("status", "--porcelain");
      const { files, unkept } = await keep(fixture);
      expect(unkept).toEqual({});
      expect([...files].sort()).toEqual(
        [
          "100644 .gitignore ignored.txt\n",
          "100644 becomes-folder/a.txt a\n",
          "100644 edited.txt new\n",
          "100644 folder/inside.txt inside\n",
          '100644 odd "name"\n with \\ and é.txt odd\n',
          "100644 same.txt same\n",
          "100644 staged.txt new\n",
          "100644 untracked-now.txt kept\n",
          "100755 run.sh #!/bin/sh\n",
          "120000 link /nowhere",
        ].sort(),
      );
      expect(ownFiles(fixture)).toEqual(before);
      expect(fixture.git("status", "--porcelain")).toBe(status);
    },
  );

  verifies("gate.snapshot", "is the same tree before and after the same files are committed", async () => {
    const fixture = Fixture.withCommit();
    fixture.write({ "a.txt": "two\n", "new.txt": "new\n" });
    const before = await keep(fixture);
    fixture.commit();
    const after = await keep(fixture);
    expect(after.tree).toBe(before.tree);
    expect(after.fingerprint).not.toBe(before.fingerprint);
  });

  verifies(
    "gate.snapshot",
    "works in a linked worktree of a clone that borrows its objects, under an odd path",
    async () => {
      const fixture = Fixture.withCommit();
      const clone = new Fixture(join(makeFolder(), 'a:b "c"'));
      fixture.git("clone", "--quiet", "--shared", fixture.root, clone.root);
      const linked = new Fixture(join(makeFolder(), "linked:tree"));
      clone.git("worktree", "add", "--quiet", "-b", "linked", linked.root);
      for (const place of [clone, linked]) {
        place.write({ "b.txt": "b\n" });
        expect((await keep(place)).files).toEqual(["100644 a.txt one\n", "100644 b.txt b\n"]);
      }
    },
  );

  verifies("gate.snapshot", "of a branch without a commit holds its files", async () => {
    const fixture = Fixture.empty();
    fixture.write({ "a.txt": "one\n" });
    expect((await keep(fixture)).files).toEqual(["100644 a.txt one\n"]);
  });

  verifies(
    "gate.snapshot",
    "runs no filter and no program of the repository; what needs one is named",
    async () => {
      const fixture = Fixture.withCommit({ ".gitattributes": "*.bin filter=evil\n", "x.bin": "one\n" });
      const trace = join(fixture.root, "..", `trace-${process.pid}`);
      writeScript(join(fixture.root, "evil.sh"), `touch ${trace}; cat`);
      fixture.git("config", "filter.evil.clean", join(fixture.root, "evil.sh"));
      fixture.git("config", "core.fsmonitor", join(fixture.root, "evil.sh"));
      fixture.write({ "x.bin": "two\n" });
      const { files, unkept } = await keep(fixture);
      expect(readdirSync(join(fixture.root, ".."))).not.toContain(`trace-${process.pid}`);
      expect(files).toContain("100644 x.bin one\n");
      expect(unkept["x.bin"]?.reason).toMatch(/filter evil/);
    },
  );

  verifies("gate.snapshot", "keeps no file over the limits, says so, and sees it change", async () => {
    const fixture = Fixture.withCommit();
    fixture.write({ "big.txt": "x".repeat(100), "small.txt": "x" });
    const limits = { files: 10, fileBytes: 50, totalBytes: 1_000 };
    const first = await keep(fixture, limits);
    expect(first.files).toEqual(["100644 a.txt one\n", "100644 small.txt x"]);
    expect(first.unkept["big.txt"]?.reason).toMatch(/100 bytes/);
    fixture.write({ "big.txt": "y".repeat(101) });
    expect((await keep(fixture, limits)).unkept["big.txt"]?.state).not.toBe(first.unkept["big.txt"]?.state);
    await expect(keep(fixture, { ...limits, files: 1 })).rejects.toMatchObject({
      report: { kind: "input_unreadable" },
    });
  });
});
