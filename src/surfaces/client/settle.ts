import type { Envelope } from "../../domain/envelope.ts";
import type { ClientSession } from "./client-session.ts";

/** A result was delivered: it counts as read. Then old jobs are looked through, at most once a day. */
export async function settle(envelope: Envelope, { store, settings, log }: ClientSession): Promise<void> {
  const { values } = settings;
  try {
    if (envelope.job !== undefined) await store.markRead(envelope.job.id);
    await store.applyRetention({
      readDays: values.retention_read_days,
      readCount: values.retention_read_count,
      unreadResultDays: values.retention_unread_days,
      unreadJournalDays: values.retention_journal_days,
      totalBytes: values.retention_total_bytes,
    });
  } catch (error) {
    // The result is with its reader already; what failed here is bookkeeping.
    log("warning", "bookkeeping after the run failed", String(error));
  }
}
