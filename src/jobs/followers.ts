import { randomBytes } from "node:crypto";
import { readdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../domain/json.ts";
import { isProcessIdentity } from "./job-record.ts";
import { readPrivateFile } from "./private-files.ts";
import { ensurePrivateSubfolder } from "./private-folders.ts";
import { livenessOf } from "./process-identity.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Says in the folder of a job that this process waits for it, and gives what takes that back. Following a job must work where
 * nothing can be written too, so this never fails.
 */
export function announceFollower(context: StoreContext, id: string): () => void {
  const folder = followersFolder(context, id);
  const path = join(folder, `${process.pid}-${randomBytes(6).toString("hex")}.json`);
  try {
    ensurePrivateSubfolder(folder);
    writeFileSync(path, JSON.stringify(context.world.self), { flag: "wx", mode: 0o600 });
  } catch {
    // A full disk, or a job that was removed: it is followed all the same, only unseen.
    return () => undefined;
  }
  return () => {
    try {
      unlinkSync(path);
    } catch {
      // The job was removed with its folder.
    }
  };
}

/** True when somebody waits for a job: a process that lives, or one that cannot be seen from here. */
export function isFollowed(context: StoreContext, id: string): boolean {
  const folder = followersFolder(context, id);
  return namesIn(folder).some((name) => {
    const read = readPrivateFile(join(folder, name), largestFollower);
    const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
    return isProcessIdentity(value) && livenessOf(value, context.world.processes) !== "dead";
  });
}

const largestFollower = 4_096;

function followersFolder({ paths }: StoreContext, id: string): string {
  return join(jobFolder(paths, id), jobFiles.followers);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Nobody has followed this job yet.
  }
}
