import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Artifact, Envelope, Evidence } from "../../../src/domain/envelope.ts";
import { type ModelRequest, userTexts } from "../../../src/rehearsal/model-request.ts";
import type { CliWorld } from "../../support/cli-world.ts";

/** The places that a contract names for its file outputs, in their order. */
export function scratchPathsIn(request: ModelRequest): readonly string[] {
  const text = userTexts(request).findLast((each) => each.includes("# TASK\n")) ?? "";
  return [...text.matchAll(/(?:at exactly this path: )("(?:[^"\\]|\\.)*")/g)].map(([, path = '""']) =>
    String(JSON.parse(path)),
  );
}

export const saysOk = '{"status":"ok"}';

/** What a run left, without its receipt. */
export function madeBy({ artifacts = [] }: Envelope): readonly Artifact[] {
  return artifacts.filter(({ mediaType }) => !mediaType.includes("receipt"));
}

/** The evidence row of a check. */
export function rowOf(evidence: readonly Evidence[] | undefined, check: string): Evidence | undefined {
  return evidence?.find((row) => row.check === check);
}

/** Writes an operator of the person's own, which needs nobody's acceptance. JSON is YAML. */
export function addUserOperator(
  world: Pick<CliWorld, "home">,
  name: string,
  contract: Readonly<Record<string, unknown>>,
): void {
  addUserOperatorText(world, name, operatorText(name, contract));
}

/** The same from the text of its file. */
export function addUserOperatorText(world: Pick<CliWorld, "home">, name: string, text: string): void {
  const folder = join(world.home, ".config", "codex-tandem", "operators");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.yaml`), text);
}

/** The text of an operator's file that is the least that one can be. */
export function operatorText(name: string, contract: Readonly<Record<string, unknown>>): string {
  const least = {
    tandem: "operator/1",
    name,
    goal: "Make it.",
    prompt: "Do it.",
    tier: "workspace-write",
  };
  return JSON.stringify({ ...least, ...contract }, undefined, 1);
}
