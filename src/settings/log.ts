import { appendFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "./make-folder.ts";
import { type LogLevel, logLevels } from "./table.ts";

/** Writes one line of the log; `details` are added as JSON. */
export type Log = (level: Exclude<LogLevel, "off">, message: string, details?: unknown) => void;

/** The log of settings `log_level` and `log_file`: JSON lines for finding faults. Never fails what it reports on. */
export function openLog(level: LogLevel, file: string | undefined, stateRoot: string): Log {
  if (level === "off") return () => undefined;
  const path = file ?? join(stateRoot, "tandem.log");
  let isBroken = false;
  return (lineLevel, message, details) => {
    if (isBroken || logLevels.indexOf(lineLevel) > logLevels.indexOf(level)) return;
    const line = JSON.stringify({
      at: new Date().toISOString(),
      level: lineLevel,
      pid: process.pid,
      message,
      details,
    });
    try {
      makeFolder(dirname(path));
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
    } catch {
      // A log that cannot be written must not end the run that it reports on.
      isBroken = true;
    }
  };
}
