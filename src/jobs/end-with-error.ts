import { envelopeSchema } from "../domain/envelope.ts";
import type { ErrorReport } from "../domain/errors/tandem-error.ts";
import type { JobRecord } from "../domain/job.ts";
import type { JobStore } from "./store.ts";

/** Stores the end of a claimed job that never ran, or whose run broke off: nothing is known of it beside the error. */
export async function endWithError(
  store: JobStore,
  { id, kind }: JobRecord,
  status: "cancelled" | "failed",
  error: ErrorReport,
): Promise<void> {
  await store.finish(id, {
    status,
    envelope: { schema: envelopeSchema, ok: false, kind, error },
    change: { error: { kind: error.kind, message: error.message } },
  });
}
