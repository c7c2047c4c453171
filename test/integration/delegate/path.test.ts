import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { git, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import {
  filesOf,
  gitApplies,
  hasWorktree,
  stateOf,
  temporaryFolder,
  treeOf,
  withPrograms,
} from "./support.ts";

const committed = { "a.txt": "one\ntwo\n", "b.txt": "b\n", "deep/c.txt": "c\n" };

for (const engine of ["app-server", "exec"]) {
  describe(`a delegated task, ${engine}`, () => {
    verifies("delegate.path", "makes a patch, which is applied, taken back and discarded", async () => {
      const line =
        "printf 'one\\ntwo\\nthree\\n' > a.txt; rm b.txt; mkdir new; printf '\\000\\001' > new/d.bin";
      const script = () => sequence(command(line), message("Done."));
      const world = await startCliWorld(script, {
        committed,
        changed: { "a.txt": "one\ntwo!\n", "u.txt": "u\n" },
      });
      const before = stateOf(world.workspace);
      const delegated = await world.run(
        ["delegate", "--json", "--engine", engine, "Change it"],
        withPrograms,
      );
      expect(delegated.envelope).toMatchObject({
        ok: true,
        kind: "delegate",
        answer: "Done.",
        run: { engine, tier: "workspace-write", sandbox: { effective: "workspace-write" }, network: false },
        patch: { applies: true, isPreviewCut: false },
      });
      expect(delegated.exitCode).toBe(0);
      const { patch, job, run } = delegated.envelope;
      expect(patch?.files.map(({ path, status }) => `${status} ${path}`)).toEqual([
        "modified a.txt",
        "deleted b.txt",
        "added new/d.bin",
      ]);
      expect(run?.warnings.join("\n")).toContain("1 untracked file is not in Codex's work tree");
      // What was not committed is the person's, not Codex's.
      expect(patch?.preview).toContain("-two!\n+two\n+three\n");
      expect(stateOf(world.workspace)).toEqual(before);
      expect(gitApplies(world.workspace, patch?.path ?? "")).toBe(true);
      const id = job?.id ?? "";

      const applied = await world.run(["apply", id, "--yes", "--json"]);
      expect(applied.envelope).toMatchObject({ ok: true, kind: "apply" });
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("one\ntwo\nthree\n");
      expect(readFileSync(join(world.workspace, "new/d.bin"))).toEqual(Buffer.of(0, 1));
      expect(existsSync(join(world.workspace, "b.txt"))).toBe(false);
      expect(existsSync(join(world.workspace, "u.txt"))).toBe(true);

      const undone = await world.run(["undo", id, "--json"]);
      expect(undone.envelope).toMatchObject({ ok: true, kind: "undo" });
      expect(stateOf(world.workspace)).toEqual(before);

      expect(hasWorktree(world.stateRoot, id)).toBe(true);
      const discarded = await world.run(["discard", id, "--json"]);
      expect(discarded.envelope).toMatchObject({ ok: true, kind: "discard" });
      expect(hasWorktree(world.stateRoot, id)).toBe(false);
      // The patch is kept with the job.
      expect((await world.run(["apply", id, "--yes"])).exitCode).toBe(0);
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("one\ntwo\nthree\n");
      expect((await world.run(["verify", id])).exitCode).toBe(0);
    });

    verifies("delegate.seed", "works in the person's folder on all they have not committed", async () => {
      // The temp folder of the machine is closed to it.
      const shared = join(await temporaryFolder(), "x");
      const line = `pwd; git status --short; git log --oneline | cat; cat staged.txt link ../a.txt; ls -l run.sh; touch ${shared}`;
      const world = await startCliWorld(() => sequence(command(line), message("Seen.")), { committed });
      const cwd = join(world.workspace, "deep");
      writeFileSync(join(world.workspace, "a.txt"), Buffer.from("caf\xe9\r\n", "latin1"));
      writeFileSync(join(cwd, "staged.txt"), "staged\n");
      git(world.workspace, "add", "deep/staged.txt");
      writeFileSync(join(cwd, "run.sh"), "#!/bin/sh\n");
      chmodSync(join(cwd, "run.sh"), 0o755);
      symlinkSync("staged.txt", join(cwd, "link"));
      git(world.workspace, "rm", "--quiet", "--cached", "b.txt");
      const before = stateOf(world.workspace);
      const { envelope, exitCode } = await world.run(
        ["delegate", "--json", "--engine", engine, "--include-untracked", "Look"],
        { cwd, ...withPrograms },
      );
      expect(exitCode).toBe(0);
      expect(envelope.patch?.files).toEqual([]);
      expect(stateOf(world.workspace)).toEqual(before);
      const tree = treeOf(world.stateRoot, envelope.job?.id ?? "");
      expect(filesOf(tree)).toEqual(filesOf(world.workspace));
      const sent = JSON.stringify(world.model.requests.at(-1)?.input);
      expect(sent).toContain(`${tree}/deep`);
      expect(sent).toContain("Uncommitted work, as it was when it was delegated");
      expect(existsSync(shared)).toBe(false);
    });
  });
}
