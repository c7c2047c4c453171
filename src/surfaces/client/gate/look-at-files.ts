import type { GatePlaces } from "../../../jobs/gate/gate-places.ts";
import { takeSnapshot } from "../../../jobs/gate/gate-snapshots.ts";
import type { GateSnapshot, GateState } from "../../../jobs/gate/gate-state.ts";
import type { StopFacts } from "../../../tasks/gate/stop-rules.ts";
import { fingerprintTree } from "../../../workspace/fingerprint.ts";
import { openRepository } from "../../../workspace/repository.ts";
import type { ClientSession } from "../client-session.ts";

/** The files as they are at a stop. */
export interface FilesAtStop {
  readonly files: NonNullable<StopFacts["files"]>;
  /** The baseline itself where it has not been left. */
  readonly now: GateSnapshot;
}

/**
 * Compares the files with the baseline: first by a fingerprint, which keeps nothing; then by what is kept of them, since a commit or
 * a touched index is no change of the files. Without a baseline the present becomes one. Throws what git and the state folder throw.
 */
export async function lookAtFiles(
  { baseline, judged }: GateState,
  places: GatePlaces,
  { world, workspace, settings }: ClientSession,
  { signal }: { readonly signal: AbortSignal },
): Promise<FilesAtStop> {
  const timeoutMs = settings.values.git_timeout;
  const repository = await openRepository(workspace, { ...world, timeoutMs, signal });
  if (baseline !== undefined && (await fingerprintTree(repository)) === baseline.fingerprint) {
    return { files: "unchanged", now: baseline };
  }
  const present = await takeSnapshot(places, repository, new Date());
  if (baseline === undefined || isSame(baseline, present)) return { files: "unchanged", now: present };
  const before = judged.findLast(({ tree }) => tree === present.tree);
  if (before === undefined || unkeptChanges(baseline, present).length > 0)
    return { files: "new", now: present };
  return { files: before.outcome === "block" ? "blocked" : "passed", now: present };
}

/** Files that changed and of which no content was kept. */
export function unkeptChanges(
  before: GateSnapshot,
  after: GateSnapshot,
): readonly { readonly path: string; readonly reason: string }[] {
  const paths = [...new Set([...Object.keys(before.unkept), ...Object.keys(after.unkept)])];
  return paths.flatMap((path) => {
    const [was, is] = [before.unkept[path], after.unkept[path]];
    const reason = is?.reason ?? was?.reason ?? "";
    return was?.state === is?.state ? [] : [{ path, reason }];
  });
}

function isSame(before: GateSnapshot, after: GateSnapshot): boolean {
  return before.tree === after.tree && unkeptChanges(before, after).length === 0;
}
