import { isTerminal, type JobRecord } from "../domain/job.ts";
import { inspectRecord } from "./job-reading.ts";
import { findJobId, listActiveIds, listJobs } from "./listing.ts";
import { findOwner } from "./owner-liveness.ts";
import { checkStateFolders, statePaths } from "./state-paths.ts";
import { systemWorld } from "./state-world.ts";
import type { JobStore } from "./store.ts";
import type { StoreContext } from "./store-context.ts";

/** Thrown where reading is not enough: a job has to be ended, mended or reported. Whoever catches it asks the store instead. */
export class NeedsStore extends Error {
  override readonly name = "NeedsStore";

  constructor(id: string) {
    super(`job ${id} cannot be told of by reading alone`);
  }
}

/**
 * The reading part of the store without what writes, which takes longer to load than lists take to make. What it gives is what the
 * store would give: a job is shown as it lies on the disk only when it has ended or its owner lives. Throws `NeedsStore` else, and
 * what the store throws.
 */
export function openQuickJobs(stateRoot: string): Pick<JobStore, "find" | "list" | "listActive"> {
  const paths = statePaths(stateRoot);
  checkStateFolders(paths);
  const context: StoreContext = {
    paths,
    world: systemWorld(),
    redact: (text) => text,
    reportProblem: () => undefined,
  };
  const read = (id: string) => readSettled(context, id);
  return {
    find: async (text) => read(findJobId(context, text)),
    list: async (query) => listJobs(context, query, read),
    listActive: async () =>
      listActiveIds(context).map((id) => {
        const record = read(id);
        // Its owner was killed between the final state and the removal of the marker, which the store makes up for.
        if (isTerminal(record.status)) throw new NeedsStore(id);
        return record;
      }),
  };
}

/** A record that is true now. */
function readSettled(context: StoreContext, id: string): JobRecord {
  const finding = inspectRecord(context, id);
  if (finding.found !== "record") throw new NeedsStore(id);
  const { record } = finding;
  if (!isTerminal(record.status) && findOwner(context, record).isLost) throw new NeedsStore(id);
  return record;
}
