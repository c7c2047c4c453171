import { existsSync } from "node:fs";
import { join } from "node:path";
import { writePrivateFile } from "./private-files.ts";
import { ensurePrivateFolder } from "./private-folders.ts";
import { hashPath } from "./state-paths.ts";

/** A project's operator as a person sees it before it may run. */
export interface OperatorIdentity {
  /** Root of the project: what was accepted in one counts in no other. */
  readonly project: string;
  readonly name: string;
  /** Over every file of the operator: one that changes is another operator. */
  readonly digest: string;
}

/** True when a person has accepted exactly this operator in this project. */
export function isOperatorAccepted(stateRoot: string, identity: OperatorIdentity): boolean {
  return existsSync(acceptancePath(stateRoot, identity));
}

/** Keeps that a person has accepted it. Throws `state_unwritable` or `disk_full`. */
export async function acceptOperator(
  stateRoot: string,
  identity: OperatorIdentity,
  now: Date,
): Promise<void> {
  ensurePrivateFolder(join(stateRoot, "operators"));
  const text = JSON.stringify({ ...identity, acceptedAt: now.toISOString() });
  await writePrivateFile(acceptancePath(stateRoot, identity), `${text}\n`);
}

function acceptancePath(stateRoot: string, { project, name, digest }: OperatorIdentity): string {
  return join(stateRoot, "operators", hashPath(JSON.stringify([project, name, digest])));
}
