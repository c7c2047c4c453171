import { readFile } from "node:fs/promises";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { OperatorRequest } from "../../domain/operator.ts";
import { type Digest, digestOf } from "../../evidence/digest.ts";

/** The files that Codex gets to change, as they are before it. Throws `input_unreadable`. */
export async function readSeeds({ outputs }: OperatorRequest): Promise<ReadonlyMap<string, Digest>> {
  const before = new Map<string, Digest>();
  for (const { seed } of outputs) {
    if (seed === undefined) continue;
    try {
      before.set(seed, digestOf(await readFile(seed)));
    } catch (error) {
      throw new TandemError("input_unreadable", { path: seed, cause: messageOf(error) });
    }
  }
  return before;
}
