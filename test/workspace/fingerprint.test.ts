import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { fingerprintTree } from "../../src/workspace/fingerprint.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture } from "./support.ts";

async function fingerprint(fixture: Fixture): Promise<string> {
  return fingerprintTree(await fixture.open());
}

/** Fingerprints after each step; the steps run in order on one repository. */
async function fingerprints(fixture: Fixture, steps: readonly (() => unknown)[]): Promise<string[]> {
  const results = [await fingerprint(fixture)];
  for (const step of steps) {
    step();
    results.push(await fingerprint(fixture));
  }
  return results;
}

verifies(
  "workspace.fingerprint",
  "every change of HEAD, index, tracked and untracked files gives a new fingerprint",
  async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", "b.txt": "one\n", ".gitignore": "*.log\n" });
    const file = (name: string): string => join(fixture.root, name);
    const results = await fingerprints(fixture, [
      () => fixture.write({ "a.txt": "two\n" }),
      () => fixture.write({ "a.txt": "owt\n" }),
      () => fixture.git("add", "a.txt"),
      () => fixture.write({ "a.txt": "three\n" }),
      () => chmodSync(file("a.txt"), 0o755),
      () => fixture.write({ "new.txt": "x\n" }),
      () => fixture.write({ "new.txt": "y\n" }),
      () => chmodSync(file("new.txt"), 0o755),
      () => rmSync(file("b.txt")),
      () => symlinkSync("a.txt", file("b.txt")),
      () => [rmSync(file("b.txt")), symlinkSync("new.txt", file("b.txt"))],
      () => fixture.git("add", "--intent-to-add", "new.txt"),
      () => fixture.git("mv", "a.txt", "moved.txt"),
      () => fixture.git("checkout", "--quiet", "-b", "other"),
      () => fixture.git("commit", "--quiet", "--message=x"),
      () => fixture.git("checkout", "--quiet", "--detach"),
    ]);
    expect(new Set(results).size).toBe(results.length);
  },
);

verifies(
  "workspace.fingerprint",
  "reading, touching, ignored files and fetched branches leave the fingerprint as it is",
  async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", ".gitignore": "*.log\n" });
    fixture.git("update-ref", "refs/remotes/origin/main", "HEAD");
    fixture.git("config", "branch.main.remote", "origin");
    fixture.git("config", "branch.main.merge", "refs/heads/main");
    fixture.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    fixture.write({ "a.txt": "two\n", "new.txt": "x\n" });
    const results = await fingerprints(fixture, [
      () => fixture.git("status"),
      () => utimesSync(join(fixture.root, "a.txt"), 1, 1),
      () => fixture.write({ "new.txt": "x\n" }),
      () => fixture.write({ "debug.log": "x\n" }),
      () => mkdirSync(join(fixture.root, "empty")),
      () =>
        fixture.git(
          "update-ref",
          "refs/remotes/origin/main",
          fixture.git("commit-tree", "HEAD^{tree}", "-m", "x"),
        ),
    ]);
    expect(new Set(results).size).toBe(1);
  },
);

verifies(
  "workspace.fingerprint",
  "large files and large numbers of files are noticed by size and time",
  async () => {
    const fixture = Fixture.withCommit();
    writeFileSync(join(fixture.root, "large.bin"), Buffer.alloc(300_000, "a"));
    const many = Array.from({ length: 501 }, (_, index) => `many/${index}.txt`);
    const results = await fingerprints(fixture, [
      () => writeFileSync(join(fixture.root, "large.bin"), Buffer.alloc(300_000, "b")),
      () => fixture.write(Object.fromEntries(many.map((name) => [name, "1\n"]))),
      () => fixture.write({ "many/7.txt": "2\n" }),
    ]);
    expect(new Set(results).size).toBe(4);
  },
);

verifies(
  "workspace.fingerprint",
  "an unborn branch and an unreadable file have a fingerprint too",
  async () => {
    const fixture = Fixture.empty();
    const results = await fingerprints(
      fixture,
      [
        () => fixture.write({ "a.txt": "one\n" }),
        () => chmodSync(join(fixture.root, "a.txt"), 0o000),
        () => fixture.commit({ "b.txt": "one\n" }),
      ].slice(0, 2),
    );
    expect(new Set(results).size).toBe(3);
  },
);
