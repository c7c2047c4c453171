import { appendFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { encodeEntry } from "./journal-entry.ts";
import { readJournalEnd } from "./journal-reader.ts";
import { unreadableNow } from "./private-files.ts";
import { toStateError } from "./state-errors.ts";
import { jobFiles } from "./state-paths.ts";
import { setAside } from "./store-context.ts";

/**
 * Makes a journal whole after its writer died in the middle of a line: the torn line is cut and the cut recorded. A file that
 * is not ours is set aside. Only for who owns the job, or has found its owner dead.
 */
export async function repairJournal(folder: string, now: Date): Promise<void> {
  const path = join(folder, jobFiles.journal);
  const { problem, mayPass, tornBytes, nextOffset, lacksLineEnd } = readJournalEnd(folder);
  if (problem !== undefined) {
    if (mayPass === true) throw unreadableNow(path, problem);
    const aside = await setAside(path, now);
    await record(folder, now, `the journal could not be used (${problem}); it was set aside as ${aside}`);
    return;
  }
  try {
    if (lacksLineEnd) await appendFile(path, "\n");
    if (tornBytes > 0) await truncate(path, nextOffset);
  } catch (thrown) {
    throw toStateError(thrown, folder);
  }
  if (tornBytes > 0) await record(folder, now, `the last line was torn; ${tornBytes} bytes of it were cut`);
}

async function record(folder: string, now: Date, message: string): Promise<void> {
  const event = { type: "warning", source: "journal", message } as const;
  const { line } = encodeEntry(event, now.toISOString(), (text) => text);
  try {
    await appendFile(join(folder, jobFiles.journal), line, { mode: 0o600 });
  } catch (thrown) {
    throw toStateError(thrown, folder);
  }
}
