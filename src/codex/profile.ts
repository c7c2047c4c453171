import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import { type ConfigTable, isConfigTable } from "./config-value.ts";
import { refuseProtected } from "./overrides.ts";

/**
 * The table of a Codex profile, `$CODEX_HOME/<name>.config.toml`. The app-server has no `--profile` of its own (Codex 0.169:
 * "--profile only applies to runtime commands"), so its keys are sent with the thread, which is the same layer.
 */
export async function readProfile(codexHome: string, name: string): Promise<ConfigTable> {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new TandemError("usage", { problem: `${JSON.stringify(name)} is not a profile's name.` });
  }
  const path = join(codexHome, `${name}.config.toml`);
  let table: unknown;
  try {
    const { parse } = await import("smol-toml");
    table = parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
  }
  if (!isConfigTable(table)) {
    throw new TandemError("input_unreadable", { path, cause: "it holds values that cannot be sent (dates)" });
  }
  refuseProtected(table, path);
  return table;
}
