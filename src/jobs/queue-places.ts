import type { JobRecord, ProcessIdentity } from "../domain/job.ts";

type Active = Pick<JobRecord, "id" | "workspace" | "status" | "host" | "owner" | "createdAt" | "startedAt">;

/**
 * The place, from 1, of each job that waits in a broker for a turn, by id; `records` are all jobs that have not ended. Each broker
 * has its own queue, in which the workspaces take turns and the jobs of one workspace come in their order, so that one workspace
 * with many jobs does not hold up the others. That a workspace had a turn is known as long as that job runs.
 */
export function queuePlaces(records: readonly Active[]): ReadonlyMap<string, number> {
  const served = records.filter(({ host }) => host === "broker");
  const places = new Map<string, number>();
  for (const ofBroker of groupBy(served, ({ owner }) => brokerKey(owner)).values()) {
    for (const [index, { id }] of inFairOrder(ofBroker).entries()) places.set(id, index + 1);
  }
  return places;
}

/**
 * The waiting ones of a broker's jobs in the order in which they get their turn: one of each workspace in every round. A workspace
 * that had a turn is behind those that have waited since.
 */
function inFairOrder(jobs: readonly Active[]): readonly Active[] {
  // Ids sort by time.
  const byTime = jobs.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const groups = [...groupBy(byTime, ({ workspace }) => workspace).values()]
    .map((group) => ({ waiting: group.filter(isWaiting), since: waitsSince(group) }))
    .toSorted((one, other) => (one.since < other.since ? -1 : 1));
  const rounds: Active[][] = [];
  for (const { waiting } of groups) {
    for (const [round, job] of waiting.entries()) (rounds[round] ??= []).push(job);
  }
  return rounds.flat();
}

/** Since when a workspace waits: since its first waiting job came, or since one of its jobs was taken while that one waited. */
function waitsSince(group: readonly Active[]): string {
  const first = group.find(isWaiting)?.createdAt ?? "";
  const taken = group.flatMap(({ status, startedAt }) => (status === "running" ? (startedAt ?? []) : []));
  return [first, ...taken].reduce((latest, time) => (time > latest ? time : latest));
}

function isWaiting({ status }: Active): boolean {
  return status === "queued";
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
