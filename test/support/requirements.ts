import { it } from "vitest";
import { type RequirementId, requirements } from "../requirements.ts";

/** Declares one test of a promise. The id must be listed in `test/requirements.ts`; the coverage test fails when a listed one is never cited. */
export function verifies(
  id: RequirementId,
  claim: string,
  body: () => void | Promise<void>,
  timeoutMs?: number,
): void {
  if (!(id in requirements)) throw new Error(`Unknown requirement ${id}`);
  it(`${claim} [${id}]`, body, timeoutMs);
}
