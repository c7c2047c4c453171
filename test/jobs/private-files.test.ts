import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import { readPrivateFile, writePrivateFile } from "../../src/jobs/private-files.ts";
import { checkPrivateFolder, ensurePrivateFolder } from "../../src/jobs/private-folders.ts";
import { toStateError } from "../../src/jobs/state-errors.ts";
import { openJobStore } from "../../src/jobs/store.ts";
import { verifies } from "../support/requirements.ts";
import {
  createSample,
  kindOf,
  makeFolder,
  openTestStore,
  sampleRequest,
  tandem,
  workspace,
} from "./support.ts";

const isRoot = process.geteuid?.() === 0;

describe("files", () => {
  verifies(
    "jobs.atomic-files",
    "a file is written with mode 0600 under any umask and leaves no draft behind",
    async () => {
      const folder = makeFolder();
      const path = join(folder, "job.json");
      await writePrivateFile(path, "one");
      await writePrivateFile(path, "two");
      expect(readFileSync(path, "utf8")).toBe("two");
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder)).toEqual(["job.json"]);
    },
  );

  verifies("jobs.atomic-files", "a write that fails leaves the old content and no draft", async () => {
    const folder = makeFolder();
    const path = join(folder, "job.json");
    mkdirSync(path);
    expect(await kindOf(async () => writePrivateFile(path, "new"))).toBe("state_unwritable");
    expect(readdirSync(folder)).toEqual(["job.json"]);
  });

  verifies(
    "jobs.atomic-files",
    "writing to a planted link replaces the link and never touches its target",
    async () => {
      const folder = makeFolder();
      const target = join(folder, "target");
      writeFileSync(target, "precious");
      symlinkSync(target, join(folder, "job.json"));
      await writePrivateFile(join(folder, "job.json"), "ours");
      expect(readFileSync(target, "utf8")).toBe("precious");
      expect(lstatSync(join(folder, "job.json")).isFile()).toBe(true);
    },
  );

  verifies(
    "jobs.private-state",
    "a link, a folder, a pipe and a file above the limit are refused, not read",
    () => {
      const folder = makeFolder();
      writeFileSync(join(folder, "target"), "secret", { mode: 0o600 });
      symlinkSync(join(folder, "target"), join(folder, "link"));
      mkdirSync(join(folder, "folder"));
      execFileSync("mkfifo", ["-m", "600", join(folder, "pipe")]);
      for (const name of ["link", "folder", "pipe"]) {
        expect(readPrivateFile(join(folder, name), 100)).toMatchObject({ found: "refused" });
      }
      expect(readPrivateFile(join(folder, "target"), 5)).toMatchObject({ found: "refused" });
      expect(readPrivateFile(join(folder, "target"), 6)).toMatchObject({ found: "file" });
      expect(readPrivateFile(join(folder, "absent"), 100)).toEqual({ found: "nothing" });
    },
  );

  verifies("jobs.private-state", "a file that others may write to is refused", () => {
    const path = join(makeFolder(), "job.json");
    writeFileSync(path, "{}");
    chmodSync(path, 0o620);
    expect(readPrivateFile(path, 100)).toMatchObject({ found: "refused" });
  });
});

describe("folders", () => {
  verifies("jobs.private-state", "a new state root and everything in it is closed to others", async () => {
    const { root, store } = openTestStore();
    const id = await createSample(store);
    const journal = await store.openJournal(id);
    journal.append({ type: "reasoning", text: "x".repeat(100_000) });
    await journal.close();
    for (const path of allBelow(root)) {
      const stats = lstatSync(path);
      expect([path, (stats.mode & 0o777).toString(8)]).toEqual([path, stats.isDirectory() ? "700" : "600"]);
    }
  });

  verifies(
    "jobs.private-state",
    "a folder of ours that others may look into is closed, one they may write to is refused",
    async () => {
      const folder = join(makeFolder(), "folder");
      mkdirSync(folder);
      chmodSync(folder, 0o755);
      ensurePrivateFolder(folder);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      chmodSync(folder, 0o770);
      expect(await kindOf(() => checkPrivateFolder(folder))).toBe("state_unwritable");
    },
  );

  verifies("jobs.private-state", "a state root of another user is refused", async () => {
    // Only root can plant a folder of another user.
    if (!isRoot) return;
    const root = join(makeFolder(), "state");
    mkdirSync(root, { mode: 0o700 });
    chownSync(root, 65_534, 65_534);
    const open = () => openJobStore(root, { tandem, reportProblem: () => undefined });
    expect(await kindOf(open)).toBe("state_unwritable");
  });

  verifies(
    "jobs.private-state",
    "a planted job folder of another user is reported and nothing in it is believed",
    async () => {
      if (!isRoot) return;
      const { root, store, problems } = openTestStore();
      const id = await createSample(store);
      chownSync(join(root, "jobs", id), 65_534, 65_534);
      expect((await store.list({ limit: 10 })).records).toEqual([]);
      expect(problems[0]).toMatchObject({ job: id, problem: expect.stringContaining("65534") });
      expect(await kindOf(async () => store.read(id))).toBe("job_not_found");
      expect(await kindOf(async () => store.update(id, { phase: "thinking" }))).toBe("job_not_found");
    },
  );

  verifies("jobs.private-state", "a jobs folder that is a link to elsewhere is refused", async () => {
    const root = join(makeFolder(), "state");
    const elsewhere = makeFolder();
    mkdirSync(root, { mode: 0o700 });
    symlinkSync(elsewhere, join(root, "jobs"));
    expect(await kindOf(() => openTestStore(root))).toBe("state_unwritable");
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe("errors", () => {
  verifies(
    "jobs.state-errors",
    "a state root under a file or in /proc is state_unwritable at the first job, not at opening",
    async () => {
      const file = join(makeFolder(), "file");
      writeFileSync(file, "");
      for (const root of [join(file, "state"), "/proc/tandem-state"]) {
        const { store } = openTestStore(root);
        expect((await store.list({ limit: 10 })).records).toEqual([]);
        expect(await kindOf(async () => store.create({ request: sampleRequest, workspace }))).toBe(
          "state_unwritable",
        );
        expect(existsSync(root)).toBe(false);
      }
    },
  );

  verifies(
    "jobs.state-errors",
    "a full disk or quota is disk_full, other refusals of the system name the folder",
    () => {
      for (const code of ["ENOSPC", "EDQUOT"]) expect(reportOf(code).kind).toBe("disk_full");
      for (const code of ["EACCES", "EROFS", "EPERM", "ENOTDIR", "EIO"]) {
        expect(reportOf(code)).toMatchObject({ kind: "state_unwritable", details: { folder: "/state" } });
      }
      const ours = new TypeError("a fault of ours");
      expect(toStateError(ours, "/state")).toBe(ours);
    },
  );
});

function reportOf(code: string): TandemError["report"] {
  const error = toStateError(Object.assign(new Error(code), { code }), "/state");
  if (error instanceof TandemError) return error.report;
  throw error;
}

function allBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
}
