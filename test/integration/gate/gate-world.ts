import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reply } from "../../../src/rehearsal/reply.ts";
import type { Entry } from "../../../src/rehearsal/script.ts";
import {
  type CliRunOptions,
  type CliWorld,
  type CliWorldOptions,
  startCliWorld,
  writeFiles,
} from "../../support/cli-world.ts";
import { makeHome } from "../../support/homes.ts";

/** What the hook of a stop answers. */
export interface StopAnswer {
  readonly decision?: "block";
  readonly reason?: string;
  readonly systemMessage?: string;
}

export interface StopInput {
  readonly session?: string;
  /** Null: the client tells none. */
  readonly prompt?: string | null;
  readonly active?: boolean;
  readonly options?: CliRunOptions;
}

export interface GateWorld extends CliWorld {
  /** Runs the hook of a stop with an input as Claude Code gives it. */
  readonly stop: (input?: StopInput) => Promise<StopAnswer>;
  readonly change: (files: Readonly<Record<string, string>>) => Promise<void>;
  /** Lines of the user file. */
  readonly configure: (...lines: readonly string[]) => void;
}

export const files = { committed: { "a.txt": "one\ntwo\nthree\n" } };
export const session = "4b0d7c8e-0000-4000-8000-000000000001";

/** A world in which the gate is on for a repository with one commit. */
export async function startGateWorld(
  script: Entry,
  options: CliWorldOptions & { readonly isOff?: boolean } = {},
): Promise<GateWorld> {
  const world = await startCliWorld(() => script, { ...files, ...options });
  const userFile = join(makeHome("config"), "config.toml");
  writeFileSync(userFile, "");
  const withFile = (run: CliRunOptions = {}): CliRunOptions => ({
    ...run,
    environment: { TANDEM_CONFIG: userFile, ...run.environment },
  });
  if (options.isOff !== true) await world.run(["gate", "on"], withFile());
  return {
    ...world,
    run: async (words, run) => world.run(words, withFile(run)),
    stop: async (input = {}) => {
      const result = await world.run(
        ["hook", "stop"],
        withFile({ ...input.options, input: stopInput(world, input) }),
      );
      if (result.exitCode !== 0) throw new Error(`The hook ended with ${result.exitCode}: ${result.stderr}`);
      return result.stdout === "" ? {} : (JSON.parse(result.stdout) as StopAnswer);
    },
    change: async (changed) => writeFiles(world.workspace, changed),
    configure: (...lines) => writeFileSync(userFile, lines.map((line) => `${line}\n`).join("")),
  };
}

/** One reply for each review, in turn; the last one repeats. */
export function inTurn(...replies: readonly [Reply, ...Reply[]]): Entry {
  let count = 0;
  return () => replies[Math.min(count++, replies.length - 1)];
}

/** As both pinned clients write it. */
export function stopInput(
  { workspace }: Pick<CliWorld, "workspace">,
  { session: id = session, prompt = "prompt-1", active = false }: StopInput = {},
): string {
  return JSON.stringify({
    session_id: id,
    transcript_path: "/nowhere/transcript.jsonl",
    cwd: workspace,
    ...(prompt === null ? {} : { prompt_id: prompt }),
    permission_mode: "default",
    effort: { level: "high" },
    hook_event_name: "Stop",
    stop_hook_active: active,
    last_assistant_message: "Done.",
    background_tasks: [],
    session_crons: [],
  });
}
