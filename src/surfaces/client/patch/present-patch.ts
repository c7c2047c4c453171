import { join } from "node:path";
import type { Envelope } from "../../../domain/envelope.ts";
import { jobFiles } from "../../../jobs/state-paths.ts";
import type { JobStore } from "../../../jobs/store.ts";
import { patchApplies } from "../../../workspace/apply/patch-applies.ts";
import { openRepository } from "../../../workspace/repository.ts";

/**
 * A stored result with what holds now: whether its patch fits the files as they are. Absent where that cannot be found out, such as
 * when the work tree is gone.
 */
export async function withPresentPatch(
  result: Envelope,
  job: string,
  store: Pick<JobStore, "readRequest" | "foldersOf">,
): Promise<Envelope> {
  const { patch } = result;
  if (patch === undefined) return result;
  const { applies: _then, ...facts } = patch;
  const request = await store.readRequest(job);
  if (request === undefined) return { ...result, patch: facts };
  try {
    const { platform, env: environment } = process;
    const repository = await openRepository(request.cwd, {
      environment,
      platform,
      timeoutMs: request.gitTimeoutMs,
    });
    const path = join(store.foldersOf(job).job, jobFiles.patch);
    return { ...result, patch: { ...facts, applies: await patchApplies(repository, path, facts.bytes) } };
  } catch {
    // The folder is gone, or no repository any more: then nobody can say.
    return { ...result, patch: facts };
  }
}
