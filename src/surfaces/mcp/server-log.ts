import { loadSettings } from "../../settings/load.ts";
import { type Log, openLog } from "../../settings/log.ts";
import type { Machine } from "../../settings/paths.ts";
import { logLevels } from "../../settings/table.ts";

/**
 * The log of the server: on stderr, where clients collect it, and in the log file where the person has named one. Resolves to a log
 * that writes nothing when the settings say so or cannot be read.
 */
export async function openServerLog(machine: Machine): Promise<Log> {
  const { values } = await loadSettings({ ...machine, mode: "lenient" });
  const { log_level: level, log_file: path } = values;
  if (level === "off") return () => undefined;
  const file = path === undefined ? undefined : openLog(level, path, "");
  return (lineLevel, message, details) => {
    if (logLevels.indexOf(lineLevel) > logLevels.indexOf(level)) return;
    process.stderr.write(`${JSON.stringify({ level: lineLevel, message, details })}\n`);
    file?.(lineLevel, message, details);
  };
}
