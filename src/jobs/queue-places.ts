import type { JobRecord, ProcessIdentity } from "../domain/job.ts";

type Queued = Pick<JobRecord, "id" | "workspace" | "status" | "host" | "owner">;

/**
 * The place, from 1, of each job that waits in a broker for a turn, by id. Each broker has its own queue, in which the workspaces
 * take turns and the jobs of one workspace come in their order, so that one workspace with many jobs does not hold up the others.
 */
export function queuePlaces(records: readonly Queued[]): ReadonlyMap<string, number> {
  const waiting = records.filter(({ status, host }) => status === "queued" && host === "broker");
  const places = new Map<string, number>();
  for (const queue of groupBy(waiting, ({ owner }) => brokerKey(owner)).values()) {
    for (const [index, { id }] of inFairOrder(queue).entries()) places.set(id, index + 1);
  }
  return places;
}

/** Jobs in the order in which they get their turn: one of each workspace in every round, the longest waiting one first. */
export function inFairOrder<Job extends Pick<JobRecord, "id" | "workspace">>(
  jobs: readonly Job[],
): readonly Job[] {
  // Ids sort by time.
  const byTime = [...jobs].sort((one, other) => (one.id < other.id ? -1 : 1));
  const rounds: Job[][] = [];
  for (const ofWorkspace of groupBy(byTime, ({ workspace }) => workspace).values()) {
    for (const [round, job] of ofWorkspace.entries()) (rounds[round] ??= []).push(job);
  }
  return rounds.flat();
}

function brokerKey(owner: ProcessIdentity | undefined): string {
  return owner === undefined ? "" : `${owner.pid} ${owner.startTime} ${owner.host}`;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
