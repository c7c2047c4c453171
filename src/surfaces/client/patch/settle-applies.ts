import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isJobId, shortJobId } from "../../../domain/job.ts";
import { readJournal } from "../../../workspace/apply/journal.ts";
import type { ClientSession } from "../client-session.ts";

/**
 * Ends what killed calls left half done in a work tree, so that its files are as before them. The caller holds the tree's lock. Gives
 * what was done, in sentences.
 */
export async function settleApplies(
  root: string,
  { store }: Pick<ClientSession, "store">,
): Promise<readonly string[]> {
  const told: string[] = [];
  for (const id of jobsIn(store.applies)) {
    const place = { folder: join(store.applies, id) };
    const journal = readJournal(place);
    if (journal === undefined || journal.state === "applied" || journal.root !== root) continue;
    const { settleChange } = await import("../../../workspace/apply/change-tree.ts");
    const settled = await settleChange(place);
    if (settled === undefined) continue;
    const name = shortJobId(id);
    const what = journal.state === "undoing" ? "taking back" : "applying";
    told.push(
      `An earlier call ended while it was ${what} the patch of job ${name}; the files are as before that patch.`,
    );
    if (settled.foreign.length > 0) {
      told.push(`Changed by somebody else meanwhile, and left alone: ${settled.foreign.join(", ")}.`);
    }
  }
  return told;
}

/** True when something is to be ended in any work tree; a look at few names. */
export function jobsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(isJobId);
  } catch {
    // Nothing was ever applied.
    return [];
  }
}
