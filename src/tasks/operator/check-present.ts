import { basename, dirname, resolve } from "node:path";
import type { Evidence } from "../../domain/envelope.ts";
import type { DeclaredOutput, OperatorRequest } from "../../domain/operator.ts";
import { digestOf } from "../../evidence/digest.ts";
import { checkOutput } from "./check-output.ts";
import { nameOfCheck } from "./check-words.ts";
import type { CollectedOutput } from "./collected-output.ts";
import { readInside } from "./read-inside.ts";

/** The checks of an operator held against the files that are there now, without Codex. What only a run can show is skipped. */
export async function checkPresent({ contract, outputs }: OperatorRequest): Promise<readonly Evidence[]> {
  const present = await Promise.all(outputs.map(lookAt));
  const rows: Evidence[] = present.map(({ declared, digest, problem }) => ({
    check: `${declared.output} is there`,
    status: digest === undefined ? (declared.destination === undefined ? "skipped" : "failed") : "passed",
    detail: digest === undefined ? (problem ?? "") : `${digest.bytes} bytes, sha256 ${digest.sha256}`,
  }));
  for (const check of contract.checks) {
    if (check.check === "command" || check.check === "changed") {
      rows.push({
        check: nameOfCheck(check, "output" in check ? check.output : ""),
        status: "skipped",
        detail: "only a run can show it",
      });
      continue;
    }
    for (const output of present.filter(({ declared }) => declared.output === check.output)) {
      const name = nameOfCheck(check, output.label);
      const { ok, detail } = checkOutput(check, output);
      const isMissing = output.content === undefined;
      // Advice is no reason to fail here either.
      const status = isMissing || (!ok && check.required === false) ? "skipped" : ok ? "passed" : "failed";
      rows.push({ check: name, status, detail });
    }
  }
  return rows;
}

async function lookAt(declared: DeclaredOutput): Promise<CollectedOutput> {
  const { destination, output } = declared;
  if (destination === undefined) {
    return { declared, label: output, problem: "it has no place outside of a run" };
  }
  const folder = dirname(destination);
  const read = await readInside(resolve(folder, basename(destination)), folder);
  if (!("content" in read)) return { declared, label: output, problem: read.problem };
  return { declared, label: output, content: read.content, digest: digestOf(read.content) };
}
