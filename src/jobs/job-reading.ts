import { lstatSync, readdirSync, renameSync } from "node:fs";
import { join, sep } from "node:path";
import type { JobRecord } from "../domain/job.ts";
import { parseJobRecord, printJobRecord } from "./job-record.ts";
import { readPrivateText, unreadableNow, writePrivateFile } from "./private-files.ts";
import { untrustedFolder } from "./private-folders.ts";
import { rebuildRecord } from "./rebuild-record.ts";
import { isMissing, isUnwritable } from "./state-errors.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import { type StoreContext, setAside, withRecordLock } from "./store-context.ts";

/** What is in the place of a job's record. */
export type RecordFinding =
  | { readonly found: "record"; readonly record: JobRecord }
  | { readonly found: "nothing" }
  /** The folder is not ours: nothing in it is read or changed. */
  | { readonly found: "untrusted"; readonly problem: string }
  /** It is there and cannot be read now: nothing is known of it, and nothing is changed. */
  | { readonly found: "unreadable"; readonly problem: string }
  | { readonly found: "corrupt"; readonly problem: string };

/**
 * The record of a job as stored, without a look at its owner; undefined when there is none. A record that cannot be used is
 * set aside, reported and rebuilt from the job's other files. Throws `state_unwritable` for one that cannot be read now.
 */
export async function readJob(context: StoreContext, id: string): Promise<JobRecord | undefined> {
  const finding = inspectRecord(context, id);
  if (finding.found === "record") return finding.record;
  if (finding.found === "corrupt") return mendRecord(context, id);
  if (finding.found === "unreadable") {
    throw unreadableNow(join(jobFolder(context.paths, id), jobFiles.record), finding.problem);
  }
  reportLoss(context, id, finding);
  return undefined;
}

/** The record as stored, for a caller that holds the record lock: nothing is mended. */
export function presentRecord(context: StoreContext, id: string): JobRecord | undefined {
  const finding = inspectRecord(context, id);
  return finding.found === "record" ? finding.record : undefined;
}

/** Looks at a job's record and changes nothing. */
export function inspectRecord(context: StoreContext, id: string): RecordFinding {
  const folder = jobFolder(context.paths, id);
  const problem = folderProblem(folder);
  if (problem === "missing") return { found: "nothing" };
  if (problem !== undefined) return { found: "untrusted", problem };
  const read = readPrivateText(`${folder}${sep}${jobFiles.record}`, largestRecord);
  if (read.found === "nothing") return read;
  if (read.found === "refused") {
    return { found: read.mayPass === true ? "unreadable" : "corrupt", problem: read.problem };
  }
  const record = parseJobRecord(read.text, id);
  if (record === undefined) return { found: "corrupt", problem: "it is not a whole record of this job" };
  return { found: "record", record };
}

async function mendRecord(context: StoreContext, id: string): Promise<JobRecord | undefined> {
  try {
    return await withRecordLock(context, id, async () => {
      const finding = inspectRecord(context, id);
      if (finding.found === "record") return finding.record;
      if (finding.found !== "corrupt") return undefined;
      const path = join(jobFolder(context.paths, id), jobFiles.record);
      // First, since what is set aside is not looked at again: a full disk or a file that cannot be read now must not cost the job.
      const record = await rebuildRecord(
        context,
        id,
        `${jobFiles.record} could not be used: ${finding.problem}`,
      );
      const setAsideAs = await setAside(path, context.world.now());
      context.reportProblem({ job: id, path, problem: finding.problem, setAsideAs });
      if (record !== undefined) await writeOrPutBack(path, record, setAsideAs);
      return record;
    });
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
    const path = join(jobFolder(context.paths, id), jobFiles.record);
    context.reportProblem({ job: id, path, problem: "it cannot be used, and not be set aside either" });
    return undefined;
  }
}

async function writeOrPutBack(path: string, record: JobRecord, setAsideAs: string): Promise<void> {
  try {
    await writePrivateFile(path, printJobRecord(record));
  } catch (thrown) {
    // A rename needs no room.
    renameSync(setAsideAs, path);
    throw thrown;
  }
}

/** A job that cannot be shown is told each time, not only when its file was set aside. */
function reportLoss(context: StoreContext, id: string, finding: RecordFinding): void {
  const folder = jobFolder(context.paths, id);
  if (finding.found === "untrusted") {
    context.reportProblem({ job: id, path: folder, problem: finding.problem });
    return;
  }
  const aside = namesIn(folder).find((name) => name.startsWith(`${jobFiles.record}.corrupt-`));
  if (aside === undefined) return;
  const problem = "its record could not be used and not be rebuilt";
  context.reportProblem({ job: id, path: folder, problem, setAsideAs: join(folder, aside) });
}

function folderProblem(folder: string): string | undefined {
  try {
    return untrustedFolder(lstatSync(folder));
  } catch (thrown) {
    return isMissing(thrown) ? "missing" : "it cannot be read";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Gone meanwhile: then nothing is lost that could be shown.
    return [];
  }
}

const largestRecord = 1024 * 1024;
