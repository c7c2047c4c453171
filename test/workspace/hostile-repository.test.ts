import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { listChanges } from "../../src/workspace/changes.ts";
import { readDiff } from "../../src/workspace/diff.ts";
import { fingerprintTree } from "../../src/workspace/fingerprint.ts";
import { openRepository } from "../../src/workspace/repository.ts";
import { resolveTarget } from "../../src/workspace/target.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, makeFolder, makeWorld, writeScript } from "./support.ts";

/** Each program leaves a file with its name when it is started. */
class Canaries {
  readonly folder = makeFolder();
  readonly programs = makeFolder();

  program(name: string, folder: string = this.programs): string {
    const file = join(folder, name);
    writeScript(file, `touch '${join(this.folder, name)}'`);
    return file;
  }

  /** Names of the programs that were started. */
  sung(): string[] {
    return readdirSync(this.folder).sort();
  }
}

const filterNames = ["plain", "", "with=equals", "with space", 'with"quote', "a.b.c"];

function hostileConfiguration(canaries: Canaries, prefix: string): string {
  const program = (name: string): string => JSON.stringify(canaries.program(`${prefix}-${name}`));
  // A driver that the outer repository does not know is not among those that are switched off there.
  const filters = [...filterNames, `only-${prefix}`].map((name, index) => {
    const variables = ["clean", "smudge", "process"].map(
      (key) => `${key} = ${program(`filter-${index}-${key}`)}`,
    );
    return `[filter ${JSON.stringify(name)}]\n${variables.join("\n")}\nrequired = true`;
  });
  return `
[core]
fsmonitor = ${program("fsmonitor")}
hooksPath = ${JSON.stringify(makeHooks(canaries, prefix))}
pager = ${program("pager")}
sshCommand = ${program("ssh")}
askPass = ${program("askpass")}
gitProxy = ${program("proxy")}
editor = ${program("editor")}
alternateRefsCommand = ${program("alternate-refs")}
[pager]
diff = ${program("pager-diff")}
status = ${program("pager-status")}
[diff]
external = ${program("external-diff")}
[diff "evil"]
command = ${program("driver-command")}
textconv = ${program("textconv")}
[merge "evil"]
driver = ${program("merge-driver")}
[alias]
diff = !${canaries.program(`${prefix}-alias`)}
status = !${canaries.program(`${prefix}-alias-status`)}
[gpg]
program = ${program("gpg")}
[log]
showSignature = true
[credential]
helper = ${program("credential")}
[protocol "ext"]
allow = always
${filters.join("\n")}
`;
}

function makeHooks(canaries: Canaries, prefix: string): string {
  const folder = join(canaries.programs, `${prefix}-hooks`);
  for (const hook of [
    "post-index-change",
    "fsmonitor-watchman",
    "reference-transaction",
    "post-checkout",
    "pre-commit",
  ]) {
    writeScript(join(folder, hook), `touch '${join(canaries.folder, `${prefix}-hook-${hook}`)}'`);
  }
  return folder;
}

const attributes = [
  "*.plain filter=plain diff=evil merge=evil",
  "*.equals filter=with=equals diff=evil",
  "*.dots filter=a.b.c diff=evil",
  "*.only filter=only-sub",
  "*.txt diff=evil text=auto",
  "",
].join("\n");

/** A repository in which all that git could start leaves a trace. */
function makeHostileRepository(canaries: Canaries): Fixture {
  const library = Fixture.withCommit({
    "lib.txt": "one\n",
    "lib.plain": "one\n",
    "lib.only": "one\n",
    ".gitattributes": attributes,
  });
  const fixture = Fixture.withCommit({
    ".gitattributes": attributes,
    "a.plain": "one\n",
    "a.equals": "one\n",
    "a.dots": "one\n",
    "a.txt": "one\n",
    "moved.txt": "1\n2\n3\n4\n",
    "--output=written": "one\n",
    ":(glob)*": "one\n",
    "line\nend": "one\n",
  });
  fixture.git("submodule", "--quiet", "add", library.root, "sub");
  fixture.commit();
  fixture.git("tag", "--annotate", "--message=t", "v1");
  fixture.git("checkout", "--quiet", "-b", "topic");
  fixture.commit({ "a.plain": "two\n", "a.txt": "two\n" });
  fixture.write({
    "a.plain": "three\n",
    "a.equals": "three\n",
    "a.dots": "three\n",
    "a.txt": "three\n",
    "new.plain": "untracked\n",
    "--output=written": "three\n",
    ":(glob)*": "three\n",
    "line\nend": "three\n",
    "sub/lib.txt": "dirty\n",
    "sub/lib.plain": "dirty\n",
    "sub/lib.only": "eno\n",
    "sub/new.txt": "untracked\n",
  });
  fixture.git("mv", "moved.txt", "moved-away.txt");
  // From here on git may be started by the code under test only.
  const included = join(canaries.programs, "included");
  writeFileSync(included, hostileConfiguration(canaries, "included"));
  const include = `[include]\npath = ${JSON.stringify(included)}\n`;
  writeFileSync(
    join(fixture.root, ".git/config"),
    configText(fixture) + include + hostileConfiguration(canaries, "top"),
  );
  const submodule = join(fixture.root, ".git/modules/sub");
  writeFileSync(join(submodule, "config"), submoduleConfig + hostileConfiguration(canaries, "sub"));
  canaries.program("git", fixture.root);
  canaries.program("git", join(fixture.root, "bin"));
  return fixture;
}

function configText(fixture: Fixture): string {
  const url = `ext::${join(fixture.root, "git")} %S`;
  return [
    "[core]\nrepositoryformatversion = 1\nbare = false\nfilemode = true",
    "[extensions]\npartialClone = origin",
    '[protocol "ext"]\nallow = always',
    `[remote "origin"]\nurl = ${JSON.stringify(url)}\nfetch = +refs/heads/*:refs/remotes/origin/*\npromisor = true`,
    '[submodule "sub"]\nactive = true\nurl = ext::false',
    "",
  ].join("\n");
}

const submoduleConfig = "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = ../../../sub\n";

verifies(
  "workspace.git.hostile",
  "no program that a repository or its submodule configures is started, whatever is read of it",
  async () => {
    const canaries = new Canaries();
    const fixture = makeHostileRepository(canaries);
    const world = makeWorld(fixture.home, {
      PATH: `.:bin:${join(fixture.root, "bin")}::${process.env["PATH"]}`,
      GIT_EXTERNAL_DIFF: canaries.program("environment-diff"),
      GIT_SSH_COMMAND: canaries.program("environment-ssh"),
      GIT_PAGER: canaries.program("environment-pager"),
    });
    const repository = await openRepository(fixture.root, world);
    const before = await fingerprintTree(repository);
    const requests = [
      { scope: "auto" },
      { scope: "working-tree" },
      { scope: "staged" },
      { scope: "branch" },
      { scope: "branch", base: "v1" },
      { scope: "commit", commit: "topic" },
      { scope: "paths", paths: ["."] },
      { scope: "working-tree", paths: ["--output=written", ":(glob)*"] },
    ] as const;
    for (const request of requests) {
      const resolved = await resolveTarget(repository, { paths: [], ...request }, fixture.root);
      const changes = await listChanges(repository, resolved);
      expect(changes.length, request.scope).toBeGreaterThan(0);
      await readDiff(repository, resolved, changes, 1_000_000);
    }
    expect(await fingerprintTree(repository)).toBe(before);
    expect(canaries.sung()).toEqual([]);
    expect(existsSync(join(fixture.root, "written"))).toBe(false);
    // The same canaries do sing when git is used as it is, so the silence above says something.
    spawnSync("git", ["status"], { cwd: fixture.root });
    spawnSync("git", ["diff", "HEAD", "--", "a.plain"], { cwd: fixture.root });
    expect(canaries.sung().join(" ")).toMatch(/sub-filter.*sub-fsmonitor.*top-filter.*top-fsmonitor/);
  },
);

verifies(
  "workspace.git.hostile",
  "a missing object of a partial clone is an error and never fetched through the repository's own transport",
  async () => {
    const canaries = new Canaries();
    const fixture = Fixture.withCommit({ "a.txt": "one\n" });
    const object = fixture.id("HEAD:a.txt");
    fixture.commit({ "a.txt": "two\n" });
    writeFileSync(
      join(fixture.root, ".git/config"),
      configText(fixture).replace(/ext::.*%S/, `ext::${canaries.program("transport")} %S`),
    );
    const loose = join(fixture.root, ".git/objects", object.slice(0, 2));
    rmSync(join(loose, object.slice(2)));
    const repository = await fixture.open();
    const resolved = await resolveTarget(
      repository,
      { scope: "commit", commit: "HEAD", paths: [] },
      fixture.root,
    );
    // Older versions of git do not know GIT_NO_LAZY_FETCH and would fetch, were there an allowed protocol.
    const { GIT_NO_LAZY_FETCH: _, ...older } = repository.git.environment;
    for (const environment of [repository.git.environment, older]) {
      const opened = { ...repository, git: { ...repository.git, environment } };
      await expect(readDiff(opened, resolved, [], 1_000)).rejects.toMatchObject({
        report: { kind: "input_unreadable" },
      });
    }
    expect(canaries.sung()).toEqual([]);
    spawnSync("git", ["-c", "protocol.ext.allow=always", "show", "HEAD"], { cwd: fixture.root });
    expect(canaries.sung()).toEqual(["transport"]);
  },
);

verifies(
  "workspace.git.hostile",
  "an untracked link or pipe in the work tree is never followed or waited for",
  async () => {
    const fixture = Fixture.withCommit();
    const secret = join(makeFolder(), "secret");
    writeFileSync(secret, "not for the model\n");
    symlinkSync(secret, join(fixture.root, "link"));
    spawnSync("mkfifo", [join(fixture.root, "pipe")]);
    const repository = await fixture.open();
    const resolved = await resolveTarget(repository, { scope: "auto", paths: [] }, fixture.root);
    const changes = await listChanges(repository, resolved);
    const diff = await readDiff(repository, resolved, changes, 10_000);
    await fingerprintTree(repository);
    const text = Buffer.concat(diff.files.map((file) => file.text ?? Buffer.alloc(0))).toString("utf8");
    expect(changes.map(({ path, kind }) => [path, kind])).toContainEqual(["link", "symlink"]);
    expect(text).not.toContain("not for the model");
    expect(text).toContain(`+${secret}`);
  },
);

verifies(
  "workspace.git.hostile",
  "a repository that names another folder as its work tree is refused",
  async () => {
    const fixture = Fixture.withCommit();
    const outside = makeFolder();
    fixture.git("config", "core.worktree", outside);
    await expect(openRepository(fixture.root, makeWorld(fixture.home))).rejects.toMatchObject({
      report: { kind: "not_a_git_repo" },
    });
    // The parent folder as work tree would make all its other files part of the examination.
    fixture.git("--git-dir=.git", "config", "core.worktree", join(fixture.root, ".."));
    await expect(openRepository(fixture.root, makeWorld(fixture.home))).rejects.toThrow(/core\.worktree/);
  },
);

verifies(
  "workspace.git.hostile",
  "a folder that is made to look like a bare repository is not taken for one",
  async () => {
    const canaries = new Canaries();
    const fixture = Fixture.withCommit();
    const trap = join(fixture.root, "docs");
    fixture.git("init", "--quiet", "--bare", "docs");
    writeFileSync(
      join(trap, "config"),
      `[core]\nrepositoryformatversion = 0\nbare = false\nworktree = ..\n${hostileConfiguration(canaries, "trap")}`,
    );
    await expect(openRepository(trap, makeWorld(fixture.home))).rejects.toMatchObject({
      report: { kind: "not_a_git_repo" },
    });
    expect(canaries.sung()).toEqual([]);
  },
);
