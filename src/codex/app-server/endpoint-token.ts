import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { isFullyQualified } from "../../settings/paths.ts";

const longestToken = 8 * 1024;

/** The token in a file that belongs to us and that nobody else can read. Throws `usage` with the fix. */
export function readToken(path: string, platform: NodeJS.Platform): string {
  if (!isFullyQualified(path, platform)) {
    throw refused(path, "is no absolute path", "Name the file by its absolute path.");
  }
  const text = readPrivate(path, platform);
  const token = text.replace(/\r?\n$/, "");
  // What a header can carry; Codex's own tokens are of these characters.
  if (!/^[!-~]+$/.test(token)) {
    throw refused(path, "holds no token", "Write the token into it, as one line and nothing else.");
  }
  return token;
}

function readPrivate(path: string, platform: NodeJS.Platform): string {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a pipe in its place would hang the open; Windows has no such flag.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw refused(path, `cannot be read (${messageOf(error)})`, "Check the path.");
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refused(path, "is no file", "Name a file that holds the token.");
    if (platform !== "win32") refuseForeign(path, stats);
    if (stats.size > longestToken) {
      throw refused(path, `has ${stats.size} bytes`, "Name a file that holds the token and nothing else.");
    }
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

function refuseForeign(path: string, { uid, mode }: Stats): void {
  if (uid !== process.getuid?.()) {
    throw refused(path, "belongs to somebody else", "Name a file of your own.");
  }
  if ((mode & 0o077) !== 0) {
    throw refused(path, "can be read by others", `Make it yours alone: chmod 600 ${JSON.stringify(path)}.`);
  }
}

function refused(path: string, problem: string, hint: string): TandemError {
  return new TandemError("usage", {
    problem: `The token file ${JSON.stringify(path)} (TANDEM_ENDPOINT_TOKEN_FILE) ${problem}.`,
    hint,
  });
}
