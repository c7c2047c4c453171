import type { Route } from "../../codex/route.ts";
import type { Envelope } from "../../domain/envelope.ts";
import type { RunRequest } from "../../domain/run.ts";
import { countFiles, listTracked, readUncommitted, requireCommit } from "../../workspace/worktree/seed.ts";
import { dryRunOf, pinRows, promptOf } from "../dry-run.ts";
import type { PreparedDelegate } from "./prepare-delegate.ts";

/** What a delegated task would start from and send. No work tree is made. */
export async function dryRunDelegate(
  request: RunRequest,
  { prompt, images, repository, wishes }: PreparedDelegate,
  route: Route,
): Promise<Envelope> {
  const { root } = repository;
  const changes = await readUncommitted(repository);
  const [tracked, uncommitted, untracked] = await Promise.all([
    listTracked(repository).then(async (names) => countFiles(root, names)),
    countFiles(
      root,
      changes.tracked.map(({ name }) => name),
    ),
    countFiles(
      root,
      changes.untracked.map(({ name }) => name),
    ),
  ]);
  const head = requireCommit(repository);
  const included = wishes.includeUntracked;
  const summary = [
    `HEAD ${head.slice(0, 12)} with ${tracked.files} tracked files (${tracked.bytes} bytes)`,
    `${uncommitted.files} uncommitted (${uncommitted.bytes} bytes)`,
    `${untracked.files} untracked (${untracked.bytes} bytes, ${included ? "included" : "left out"})`,
    `a prompt of ${Buffer.byteLength(prompt)} bytes`,
  ].join(", ");
  return {
    ...dryRunOf(request, `${summary}.`),
    dryRun: {
      prompt: promptOf(prompt),
      inputs: images.map(({ path, bytes }) => ({ path, bytes })),
      seed: { head, tracked, uncommitted, untracked: { ...untracked, included } },
      route: `${route.engine}: ${route.reason}`,
      pins: pinRows(request, false),
      leavesTheMachine:
        "The prompt, any images above, and whatever files Codex reads to do it: the sandbox bounds writes, not reads.",
    },
  };
}
