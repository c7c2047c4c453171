import { isTerminal, type JobRecord } from "../domain/job.ts";
import type { RetentionLimits } from "./retention-plan.ts";
import type { KeptTree } from "./work-trees.ts";

type TreeLimits = Pick<RetentionLimits, "unreadJournalDays" | "totalBytes">;
type TreeUser = Pick<JobRecord, "id" | "status" | "createdAt" | "endedAt">;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Decides which work trees of delegated jobs go: those that nobody has used for as long as a journal is kept, and above the total
 * size, `jobBytes` included, the ones that were used longest ago. Their patches stay with the jobs. One whose job runs, or ended
 * within a day, is never touched, and no job goes for a work tree's sake.
 */
export function planTrees(
  trees: readonly KeptTree[],
  jobs: readonly TreeUser[],
  jobBytes: number,
  limits: TreeLimits,
  now: Date,
): readonly string[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const idle = trees
    .flatMap((tree) => {
      const users = tree.jobs.flatMap((id) => byId.get(id) ?? []);
      const isIdle = users.length > 0 && users.every(({ status }) => isTerminal(status));
      return isIdle ? [{ ...tree, ageMs: now.getTime() - lastUse(users) }] : [];
    })
    .filter(({ ageMs }) => ageMs > dayMs)
    .sort((one, other) => other.ageMs - one.ageMs);
  let total = trees.reduce((sum, { bytes }) => sum + bytes, jobBytes);
  const dropped: string[] = [];
  for (const { id, bytes, ageMs } of idle) {
    if (ageMs <= limits.unreadJournalDays * dayMs && total <= limits.totalBytes) break;
    dropped.push(id);
    total -= bytes;
  }
  return dropped;
}

function lastUse(users: readonly TreeUser[]): number {
  return Math.max(...users.map(({ createdAt, endedAt }) => Date.parse(endedAt ?? createdAt)));
}
