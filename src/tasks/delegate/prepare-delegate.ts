import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { DelegateRequest, RunRequest } from "../../domain/run.ts";
import { openRepository, type Repository } from "../../workspace/repository.ts";
import { requireCommit } from "../../workspace/worktree/seed.ts";
import { authorText } from "../author-text.ts";
import { type CheckedImage, checkImage } from "../checked-image.ts";
import { composePrompt } from "../consult-prompt.ts";
import type { PreparationWorld } from "../prepare-review.ts";

/** A delegated task with its input looked at, before anything is started. */
export interface PreparedDelegate {
  readonly prompt: string;
  readonly images: readonly CheckedImage[];
  readonly repository: Repository;
  readonly wishes: DelegateRequest;
}

/**
 * Checks text and images, and that the folder is in a repository to start from. Throws `not_a_git_repo`, `bad_revision` for a
 * repository without a commit, `input_too_large` or `input_unreadable`.
 */
export async function prepareDelegate(
  request: RunRequest,
  world: PreparationWorld,
): Promise<PreparedDelegate> {
  const { delegate: wishes } = request;
  if (wishes === undefined)
    throw new TandemError("internal", { cause: "a delegated run without its wishes" });
  const prompt = composePrompt(authorText(request, "The task"), []);
  const [images, repository] = await Promise.all([
    Promise.all(request.images.map(checkImage)),
    openRepository(request.cwd, { ...world, timeoutMs: request.gitTimeoutMs }),
  ]);
  requireCommit(repository);
  return { prompt, images, repository, wishes };
}
