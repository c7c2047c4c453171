import { randomBytes } from "node:crypto";
import { readFile, realpath, rename, stat, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { isRecord, parseJson } from "../../domain/json.ts";
import { makeFolder } from "../../settings/make-folder.ts";
import { isFullyQualified, type Machine, variableOf } from "../../settings/paths.ts";

/** The user's settings of Claude Code, as they lie on the disk. */
export interface ClaudeSettings {
  readonly path: string;
  /** Undefined when there is no such file. */
  readonly text?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Where Claude Code has the settings of this user (2.1.197, 2.1.329). */
export function claudeSettingsPath({ environment, home, platform }: Machine): string {
  const folder = variableOf(environment, "CLAUDE_CONFIG_DIR");
  const isUsable = folder !== undefined && isFullyQualified(folder, platform);
  return join(isUsable ? folder : join(home, ".claude"), "settings.json");
}

/** Where Claude Code has the settings of a folder that it is opened in: those of everybody, and those of this user there. */
export function folderSettingsPath(folder: string, scope: "project" | "local"): string {
  return join(folder, ".claude", scope === "project" ? "settings.json" : "settings.local.json");
}

/** Throws `input_unreadable` for a file that is there and is no JSON object. */
export async function readClaudeSettings(path: string): Promise<ClaudeSettings> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { path, values: {} };
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) }, { cause: error });
  }
  const values = parseJson(text);
  if (isRecord(values)) return { path, text, values };
  throw new TandemError("input_unreadable", { path, cause: "it is not a JSON object" });
}

/** Replaces the settings as a whole and keeps what was there beside them. Gives the path of that copy; undefined for a new file. */
export async function writeClaudeSettings(
  settings: ClaudeSettings,
  text: string,
  now: Date,
): Promise<string | undefined> {
  try {
    makeFolder(dirname(settings.path));
    if (settings.text === undefined) {
      await writeFile(settings.path, text, { mode: 0o600, flag: "wx" });
      return undefined;
    }
    // A link leads to where a person keeps their settings: the link stays.
    const path = await realpath(settings.path);
    const { mode } = await stat(path);
    const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
    const backup = `${path}.before-codex-tandem-${stamp}`;
    await writeFile(backup, settings.text, { mode, flag: "wx" });
    const draft = join(dirname(path), `.${basename(path)}-${randomBytes(6).toString("hex")}`);
    try {
      await writeFile(draft, text, { mode, flag: "wx" });
      await rename(draft, path);
    } catch (error) {
      await unlink(draft).catch(() => undefined);
      throw error;
    }
    return backup;
  } catch (error) {
    const problem = `${settings.path} cannot be written: ${messageOf(error)}`;
    throw new TandemError(
      "usage",
      { problem, hint: "Nothing was changed. Add the rules by hand, or make it writable." },
      { cause: error },
    );
  }
}
