import { mkdirSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type Envelope, type Evidence, envelopeSchema, type PatchFile } from "../../../domain/envelope.ts";
import { reportError, TandemError } from "../../../domain/errors/tandem-error.ts";
import { shortJobId } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { changeTree, confirmChange, takeBack } from "../../../workspace/apply/change-tree.ts";
import { filesOfApplied, filesTakenBack } from "../../../workspace/apply/earlier-patches.ts";
import { readJournal } from "../../../workspace/apply/journal.ts";
import { mergePatch } from "../../../workspace/apply/merge-patch.ts";
import type { OnStep } from "../../../workspace/apply/prepare-change.ts";
import { pathText } from "../../../workspace/paths.ts";
import type { ClientSession } from "../client-session.ts";
import { type FoundPatch, findPatch } from "./find-patch.ts";
import { onlyPaths } from "./only-paths.ts";
import { runCheck } from "./run-check.ts";
import { jobsIn, settleApplies } from "./settle-applies.ts";

export interface ApplyWishes {
  /** Commands that must succeed with the patch applied, in the root of the work tree. */
  readonly checks: readonly string[];
  /** Limits the patch to files and folders, relative to `cwd`; none is all. */
  readonly only: readonly string[];
  readonly cwd: string;
  /** Shows what will be done and asks; undefined when there is nobody to ask. */
  readonly confirm: (found: FoundPatch, files: readonly PatchFile[]) => Promise<boolean | undefined>;
  readonly onStep?: OnStep;
}

/**
 * Applies the patch of a job to the work tree that it was made from: all of it, or nothing. The index is not touched. Throws
 * `patch_conflict`, `workspace_busy`, `workspace_changed` and what `findPatch` throws; the files are as before then.
 */
export async function applyPatch(
  name: string,
  wishes: ApplyWishes,
  session: ClientSession,
): Promise<Envelope> {
  const { store } = session;
  const found = await findPatch(name, session);
  const { job, facts, repository } = found;
  const isWanted = onlyPaths(wishes.only, wishes.cwd, repository.root);
  const back = filesTakenBack(facts.files, await earlierFiles(found, session));
  const files = [...facts.files, ...back].filter(isWanted);
  if (wishes.only.length > 0 && files.length === 0) {
    throw new TandemError("usage", {
      problem: `The patch of job ${shortJobId(job.id)} changes nothing below ${wishes.only.join(", ")}.`,
    });
  }
  const isConfirmed = await wishes.confirm(found, files);
  if (isConfirmed !== true) throw unconfirmed(found, files, isConfirmed);
  const lock = store.lockWorkingTree(repository.root, job.id);
  try {
    const warnings = await settleApplies(repository.root, session);
    return await applyLocked(found, { ...wishes, files, isWanted }, warnings, session);
  } finally {
    lock.release();
  }
}

function unconfirmed(
  { job, repository }: FoundPatch,
  files: readonly PatchFile[],
  answer: false | undefined,
): TandemError<"usage"> {
  const name = shortJobId(job.id);
  if (answer === false) {
    return new TandemError("usage", {
      problem: "Nothing was applied.",
      hint: `\`tandem apply ${name}\` asks again; --only PATH takes a part of it.`,
    });
  }
  return new TandemError(
    "usage",
    {
      problem: `Nothing was applied, as nobody confirmed it. In ${repository.root} it would change ${listFiles(files)}.`,
    },
    {
      repair: {
        say: "Look at the patch, then say that it is meant.",
        command: `tandem apply ${name} --yes`,
      },
    },
  );
}

const namedFiles = 10;

function listFiles(files: readonly PatchFile[]): string {
  const named = files.slice(0, namedFiles).map(({ path, status }) => `${path} (${status})`);
  const rest = files.length - named.length;
  return `${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

interface LockedWishes extends ApplyWishes {
  readonly files: readonly PatchFile[];
  readonly isWanted: (file: PatchFile) => boolean;
}

async function applyLocked(
  found: FoundPatch,
  wishes: LockedWishes,
  warnings: readonly string[],
  session: ClientSession,
): Promise<Envelope> {
  const { store } = session;
  const { job, facts, repository } = found;
  const { onStep } = wishes;
  const place = { folder: join(store.applies, job.id) };
  if (readJournal(place)?.state === "applied") {
    throw new TandemError(
      "usage",
      { problem: `The patch of job ${shortJobId(job.id)} is applied already.` },
      { repair: { say: "Take it back first.", command: `tandem undo ${shortJobId(job.id)}` } },
    );
  }
  const scratch = join(place.folder, "scratch");
  await rm(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  try {
    const { files: merged, stays } = await mergePatch(repository, {
      patch: found.path,
      files: facts.files,
      isWanted: wishes.isWanted,
      earlier: await earlierFiles(found, session),
      scratch,
      objects: found.objects,
    });
    const told = [...warnings, ...warnOfStaying(stays)];
    if (merged.length === 0) {
      const files = facts.files.filter(wishes.isWanted);
      return envelopeOf(found, { ...wishes, files, evidence: [], warnings: told, isThere: true });
    }
    const changed = new Set(merged.map(({ name }) => pathText(name)));
    const files = wishes.files.filter((file) => facts.files.includes(file) || changed.has(file.path));
    const change = {
      job: job.id,
      root: repository.root,
      merged,
      contents: join(scratch, "after"),
      now: new Date(),
    };
    const journal = await changeTree(place, change, onStep);
    const evidence: Evidence[] = [];
    for (const check of wishes.checks) {
      const one = await runCheck(check, repository.root);
      evidence.push(one);
      if (one.status !== "failed") continue;
      const foreign = await takeBack(place, journal, onStep);
      return failedCheck(found, evidence, foreign, warnings);
    }
    await confirmChange(place, journal);
    return envelopeOf(found, { ...wishes, files, evidence, warnings: told, isThere: false });
  } finally {
    await rm(scratch, { recursive: true, force: true });
    // Of a patch that did not get as far as a journal nothing stays.
    await rmdir(place.folder).catch(() => undefined);
  }
}

function warnOfStaying(stays: readonly string[]): readonly string[] {
  if (stays.length === 0) return [];
  return [
    `Codex took back what it had changed in these files, but they have changed since and stay as they are: ${stays.join(", ")}.`,
  ];
}

/** What the applied patches of the same delegated work tree changed that were made before this one. */
async function earlierFiles(
  { job, request, facts }: FoundPatch,
  { store }: Pick<ClientSession, "store">,
): Promise<readonly PatchFile[]> {
  const own = request.delegate?.continues ?? job.id;
  const files: PatchFile[] = [];
  for (const id of jobsIn(store.applies)) {
    // A later patch of the same work tree holds this one already.
    if (id >= job.id) continue;
    const journal = readJournal({ folder: join(store.applies, id) });
    if (journal?.state !== "applied") continue;
    const other = await store.readRequest(id);
    if (other?.delegate === undefined || (other.delegate.continues ?? id) !== own) continue;
    const patch = (await store.readResult(id))?.patch;
    files.push(...filesOfApplied(journal, patch?.files ?? [], facts.files));
  }
  return files;
}

interface Applied extends LockedWishes {
  readonly evidence: readonly Evidence[];
  readonly warnings: readonly string[];
  /** All of it was there already. */
  readonly isThere: boolean;
}

function envelopeOf({ job, facts }: FoundPatch, applied: Applied): Envelope {
  const name = shortJobId(job.id);
  const { files, isThere, evidence, warnings } = applied;
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  const summary = isThere
    ? `The patch of job ${name} is in your files already; nothing was changed.`
    : `Applied the patch of job ${name} to ${count}.`;
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "apply",
    job: summarizeJob(job),
    summary: [summary, ...warnings].join(" "),
    patch: { ...facts, files, preview: "", isPreviewCut: true },
    ...(evidence.length === 0 ? {} : { evidence }),
    nextSteps: isThere ? [] : [`tandem undo ${name}`],
  };
}

function failedCheck(
  { job }: FoundPatch,
  evidence: readonly Evidence[],
  foreign: readonly string[],
  warnings: readonly string[],
): Envelope {
  const left =
    foreign.length === 0
      ? []
      : [`The check changed files of the patch, which were left alone: ${foreign.join(", ")}.`];
  const check = evidence.at(-1)?.check ?? "";
  return {
    schema: envelopeSchema,
    ok: false,
    kind: "apply",
    job: summarizeJob(job),
    summary: ["The patch was taken back: a check failed with it.", ...left, ...warnings].join(" "),
    evidence,
    error: reportError("verification_failed", { checks: [check] }),
  };
}
