import type { ThreadSession } from "../../codex/engine.ts";
import type { ErrorReport } from "../../domain/errors/tandem-error.ts";
import { type OperatorRequest, retryableKinds } from "../../domain/operator.ts";
import type { CollectedOutput } from "./collected-output.ts";
import { renderRetry } from "./render-contract.ts";
import type { Row } from "./row.ts";

/** One turn, and what it was judged to be. */
export interface Attempt {
  readonly rows: readonly Row[];
  readonly outputs: readonly CollectedOutput[];
  readonly error?: ErrorReport;
}

/** Asks the same thread again, with only what failed, as often as the contract allows; not when a check fails again in the same way. */
export async function repeat(
  attempt: (prompt: string, attached: readonly string[]) => Promise<Attempt>,
  text: string,
  {
    operator,
    session,
    images,
  }: { operator: OperatorRequest; session: ThreadSession; images: readonly string[] },
): Promise<Attempt> {
  const used = new Map<string, number>();
  const known = new Set<string>();
  let last = await attempt(text, images);
  for (;;) {
    const kind = retryableKinds.find((each) => each === last.error?.kind);
    if (kind === undefined || !session.takesFollowUps) return last;
    const failures = failuresOf(last.rows);
    if (failures.some((failure) => known.has(failure))) return last;
    for (const failure of failures) known.add(failure);
    const count = used.get(kind) ?? 0;
    if (count >= (operator.contract.retry[kind] ?? 0)) return last;
    used.set(kind, count + 1);
    last = await attempt(renderRetry(last.rows, operator), []);
  }
}

/** Each check that failed, with the way in which it did. */
function failuresOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ required, status, check, detail }) =>
    required && status === "failed" ? [JSON.stringify([check, detail])] : [],
  );
}
