import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OperatorRequest } from "../../../src/domain/operator.ts";
import { makeOperatorRequest } from "../../../src/tasks/operator/make-operator-request.ts";
import { parseContract } from "../../../src/tasks/operator/parse-contract.ts";
import { repository } from "../../support/repository.ts";

/** The parts of a contract that every test needs, before what it is about. */
export const contractHead = "tandem: operator/1\nname: sample\ngoal: Make it.\nprompt: Do it.\n";

/** An operator from the text of its file, with inputs, in a folder. */
export function operatorOf(
  text: string,
  { cwd = "/", given = {} }: { cwd?: string; given?: Readonly<Record<string, unknown>> } = {},
): OperatorRequest {
  const contract = parseContract(text, "sample.yaml", () => {
    throw new Error("nothing is included here");
  });
  return makeOperatorRequest({ contract, origin: "user", digest: "0".repeat(64) }, given, {
    cwd,
    isPerson: true,
    overwrite: false,
  });
}

/** The whole operator that docs/operators.md gives as its example. */
export function documentedOperator(): string {
  const page = readFileSync(join(repository, "docs", "operators.md"), "utf8");
  const [, text = ""] = /```yaml\n(tandem: operator\/1\n[\s\S]*?)```/.exec(page) ?? [];
  return text;
}
