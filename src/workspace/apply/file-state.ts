import { createHash } from "node:crypto";
import { constants, lstatSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { copyFile, open } from "node:fs/promises";

/** What is at a place of the work tree. `mode` holds all permission bits; a link's target is kept as base64, as it may be any bytes. */
export type FileState =
  | { readonly kind: "absent" }
  | { readonly kind: "file"; readonly mode: number; readonly bytes: number; readonly sha256: string }
  | { readonly kind: "link"; readonly target: string }
  /** A folder, a pipe and the like. */
  | { readonly kind: "other" };

/** Looks at a place; links are not followed. */
export function readFileState(path: Buffer): FileState {
  const facts = lookAt(path);
  if (facts === undefined) return { kind: "absent" };
  if (facts.isSymbolicLink()) {
    return { kind: "link", target: readlinkSync(path, { encoding: "buffer" }).toString("base64") };
  }
  if (!facts.isFile()) return { kind: "other" };
  const content = readFileSync(path);
  return {
    kind: "file",
    mode: facts.mode & 0o7777,
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
}

/** Undefined also where a file is in place of a folder above. */
export function lookAt(path: Buffer): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && ["ENOENT", "ENOTDIR"].includes(String(thrown.code))) {
      return undefined;
    }
    throw thrown;
  }
}

/** True when both are the same to the byte, permissions included. */
export function isSameState(one: FileState, other: FileState): boolean {
  if (one.kind === "file" && other.kind === "file") {
    return one.mode === other.mode && one.sha256 === other.sha256;
  }
  if (one.kind === "link" && other.kind === "link") return one.target === other.target;
  return one.kind === other.kind && one.kind !== "other";
}

/** Copies the content of a file and waits until it is on the disk. */
export async function copyDurably(from: Buffer, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes a file that must not be there yet and waits until it is on the disk. */
export async function writeDurably(
  path: string | Buffer,
  content: Buffer | string,
  mode: number,
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(content);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}
