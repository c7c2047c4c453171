import { hasTree, type WorktreePlace } from "../../workspace/worktree/place.ts";

const lookMs = 1_000;

/** A signal that also comes when the work tree is taken away under the run: nothing that Codex does then could be kept. */
export function watchTree(
  place: WorktreePlace,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const gone = new AbortController();
  const timer = setInterval(() => {
    if (!hasTree(place)) gone.abort();
  }, lookMs);
  return { signal: AbortSignal.any([signal, gone.signal]), stop: () => clearInterval(timer) };
}
