import { join } from "node:path";
import type { Envelope, PatchFacts } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import type { RunRequest } from "../../../domain/run.ts";
import { digestFile } from "../../../jobs/file-digest.ts";
import { jobFiles } from "../../../jobs/state-paths.ts";
import { openRepository, type Repository } from "../../../workspace/repository.ts";
import { worktreePlace } from "../../../workspace/worktree/place.ts";
import type { ClientSession } from "../client-session.ts";

/** The patch of an ended job, and the work tree that it was made from. */
export interface FoundPatch {
  readonly job: JobRecord;
  readonly request: RunRequest;
  readonly facts: PatchFacts;
  /** Absolute path of the patch in the job's folder, whatever the stored result says. */
  readonly path: string;
  readonly repository: Repository;
  /** Where objects of its work tree are, while that is kept. */
  readonly objects: string;
}

/**
 * The patch of a job. Throws `usage` for a job that has none, `job_running`, `patch_conflict` when the stored patch was altered, and
 * `workspace_gone` or `not_a_git_repo` when its work tree is not there any more.
 */
export async function findPatch(name: string, session: ClientSession): Promise<FoundPatch> {
  const { store, world } = session;
  const job = await store.find(name);
  if (!isTerminal(job.status)) throw new TandemError("job_running", { id: job.id });
  const [request, result] = await Promise.all([store.readRequest(job.id), store.readResult(job.id)]);
  const facts = result?.patch;
  if (request?.delegate === undefined || facts === undefined) throw withoutPatch(job, result);
  const path = join(store.foldersOf(job.id).job, jobFiles.patch);
  const file = await digestFile(path);
  if (file.found !== "file" || file.sha256 !== facts.sha256) {
    throw new TandemError("patch_conflict", {
      problem: "the stored patch is missing or is not the one of the result; nothing was changed.",
    });
  }
  const { platform, environment } = world;
  const repository = await openRepository(request.cwd, {
    platform,
    environment,
    timeoutMs: request.gitTimeoutMs,
  });
  const place = worktreePlace(store.worktrees, request.delegate.continues ?? job.id);
  return { job, request, facts, path, repository, objects: place.objects };
}

function withoutPatch(job: JobRecord, result: Envelope | undefined): TandemError<"usage"> {
  const name = shortJobId(job.id);
  const problem =
    job.kind === "delegate"
      ? `Job ${name} left no patch${result?.error === undefined ? "" : ` (${result.error.message})`}.`
      : `Job ${name} is a ${job.kind} and has no patch.`;
  return new TandemError("usage", { problem, hint: "`tandem delegate` makes patches." });
}
