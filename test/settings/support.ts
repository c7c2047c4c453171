import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import { type LoadedSettings, type LoadRequest, loadSettings } from "../../src/settings/load.ts";

/** A home folder, a project and the loader that looks at both. */
export interface World {
  readonly home: string;
  readonly project: string;
  readonly userFile: string;
  readonly writeUserFile: (toml: string) => void;
  readonly writeProjectFile: (toml: string) => void;
  readonly load: (change?: Partial<LoadRequest>) => Promise<LoadedSettings>;
}

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tandem-settings-"));
  made.push(folder);
  return folder;
}

export function makeWorld(): World {
  const root = makeFolder();
  const home = join(root, "home");
  const project = join(root, "project");
  const userFile = join(home, ".config", "codex-tandem", "config.toml");
  mkdirSync(home);
  mkdirSync(project);
  return {
    home,
    project,
    userFile,
    writeUserFile: (toml) => writeFileAt(userFile, toml),
    writeProjectFile: (toml) => writeFileAt(join(project, ".tandem", "config.toml"), toml),
    load: async (change) =>
      loadSettings({
        mode: "strict",
        platform: "linux",
        home,
        environment: {},
        projectRoot: project,
        ...change,
      }),
  };
}

export function writeFileAt(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The report of the error that a call must end in. */
export async function reportOf(call: () => unknown): Promise<TandemError["report"]> {
  try {
    await call();
  } catch (error) {
    if (error instanceof TandemError) return error.report;
    throw error;
  }
  throw new Error("The call succeeded where an error was expected.");
}
