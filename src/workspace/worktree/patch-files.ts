import type { PatchFile } from "../../domain/envelope.ts";
import { readGit } from "../git.ts";
import { diffArguments } from "../git-pins.ts";
import type { Git } from "../git-process.ts";
import { pathText, splitRecords } from "../paths.ts";
import { decidingKind } from "./deciding-files.ts";

/** The files in which two trees differ, in git's order, with their counts of lines. */
export async function readPatchFiles(git: Git, base: string, head: string): Promise<readonly PatchFile[]> {
  const argumentsList = [
    "diff",
    ...diffArguments,
    "--raw",
    "--no-abbrev",
    "--numstat",
    "-z",
    base,
    head,
    "--",
  ];
  const records = splitRecords(await readGit(git, argumentsList));
  const files: PatchFile[] = [];
  let index = 0;
  for (; records[index]?.[0] === colon; ) {
    const facts = (records[index] ?? Buffer.alloc(0)).toString("latin1");
    const isRename = /^[RC]/.test(facts.split(" ")[4] ?? "");
    const names = records.slice(index + 1, index + (isRename ? 3 : 2));
    files.push(readRaw(facts, names));
    index += 1 + names.length;
  }
  return files.map((file) => {
    const record = (records[index] ?? Buffer.alloc(0)).toString("latin1");
    const [insertions = "", deletions = "", name = ""] = record.split("\t");
    // A rename has its two names in records of their own.
    index += name === "" ? 3 : 1;
    if (insertions === "-") return file;
    return { ...file, insertions: Number(insertions), deletions: Number(deletions) };
  });
}

const statuses = new Map<string, PatchFile["status"]>([
  ["A", "added"],
  ["C", "added"],
  ["D", "deleted"],
  ["R", "renamed"],
  ["T", "typechange"],
]);

function readRaw(facts: string, names: readonly Buffer[]): PatchFile {
  const [oldMode = "", newMode = "", oldId = "", newId = "", letter = ""] = facts.slice(1).split(" ");
  const name = names.at(-1) ?? Buffer.alloc(0);
  const [first] = names;
  const status = statuses.get(letter.charAt(0)) ?? "modified";
  const path = pathText(name);
  const decides = decidingKind(path);
  return {
    path,
    ...(status === "renamed" && first !== undefined ? { oldPath: pathText(first) } : {}),
    status,
    ...(isAbsent(oldMode) ? {} : { before: { mode: oldMode, id: oldId } }),
    ...(isAbsent(newMode) ? {} : { after: { mode: newMode, id: newId } }),
    ...(decides === undefined ? {} : { decides }),
  };
}

function isAbsent(mode: string): boolean {
  return /^0+$/.test(mode);
}

const colon = ":".charCodeAt(0);
