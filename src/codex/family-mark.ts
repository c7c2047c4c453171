import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

/** The variable that names to which Codex of ours a process belongs. Its children inherit it, whatever becomes of their parents. */
export const familyVariable = "TANDEM_FAMILY";

/** The variable with the name of one family, to be laid over an environment. */
export type FamilyMark = Readonly<Record<typeof familyVariable, string>>;

/** A family like no other. */
export function newFamilyMark(): FamilyMark {
  return { [familyVariable]: randomUUID() };
}

/** What a process says of its family. */
export interface FamilyWord {
  readonly family?: string;
  /** It is just about to become another program, and will say it in a moment only. */
  readonly isStarting?: true;
}

/** Reads the variables that a process was started with. Linux shows them, and only those of the same user's processes. */
export function readFamilyWord(pid: number): FamilyWord {
  const variables = readOr(`/proc/${pid}/environ`);
  const found = variables.split("\0").find((variable) => variable.startsWith(`${familyVariable}=`));
  if (found !== undefined) return { family: found.slice(familyVariable.length + 1) };
  return variables === "" && isInExecve(pid) ? { isStarting: true } : {};
}

/** Between execve(2) and its first step a process has a program, but neither variables nor a command line. A thread of the kernel has no program. */
function isInExecve(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) !== "" && readFileSync(`/proc/${pid}/cmdline`).length === 0;
  } catch {
    // It has ended, or belongs to somebody else.
    return false;
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // It has ended, or belongs to somebody else.
    return "";
  }
}
