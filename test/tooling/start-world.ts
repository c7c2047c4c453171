import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { testEnvironment } from "../support/environment.ts";
import { makeHome } from "../support/homes.ts";
import { repository } from "../support/repository.ts";

export interface Started {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A plugin folder with start.cjs and programs of a test, and a home folder with an empty state root. */
export interface StartWorld {
  readonly plugin: string;
  readonly home: string;
  readonly stateRoot: string;
  /** Where compiled code is kept. */
  readonly folder: string;
  /** Writes dist/<name> as the bundler does: a hash, then a function of what CommonJS gives. The date is always the same. */
  write(name: string, body: string, hash?: string): void;
  start(variables?: Readonly<Record<string, string>>, words?: readonly string[]): Promise<Started>;
  /** Paths of the files with compiled code. */
  compiled(): readonly string[];
}

export function makeStartWorld({ withState = true } = {}): StartWorld {
  const plugin = makeHome("plugin");
  const home = makeHome("user");
  const stateRoot = join(home, ".local", "state", "codex-tandem");
  const folder = join(stateRoot, "cache", "compiled");
  mkdirSync(join(plugin, "dist"));
  copyFileSync(join(repository, "plugin", "start.cjs"), join(plugin, "start.cjs"));
  if (withState) mkdirSync(stateRoot, { recursive: true, mode: 0o700 });
  return {
    plugin,
    home,
    stateRoot,
    folder,
    write: (name, body, hash = "0123456789abcdef") => {
      const path = join(plugin, "dist", name);
      writeFileSync(
        path,
        `/* ${hash} */(function(exports,require,module,__filename,__dirname){${body}\n})\n`,
      );
      utimesSync(path, 1_000_000_000, 1_000_000_000);
    },
    start: async (variables = {}, words = ["review"]) => {
      const program = [join(plugin, "start.cjs"), ...words];
      return runNode(program, { ...testEnvironment(), HOME: home, ...variables });
    },
    compiled: () => {
      try {
        return readdirSync(folder).map((name) => join(folder, name));
      } catch {
        return [];
      }
    },
  };
}

/** A program that says one letter; all such programs have the same length. */
export const says = (letter: string) => `console.log("${letter}");`;

/** Leaves compiled code of another program in the place of this one, which prints A: a start that takes it prints B. */
export async function poison(world: StartWorld, variables?: Readonly<Record<string, string>>): Promise<void> {
  world.write("cli.cjs", says("B"));
  await world.start(variables);
  world.write("cli.cjs", says("A"));
}

export async function runNode(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Started> {
  const child = spawn(process.execPath, parameters, {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}
