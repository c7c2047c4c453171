import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { platformPackageOf } from "../../src/codex/platform-package.ts";
import type { RecordedRequest } from "../../src/rehearsal/recorder.ts";
import { createRehearsalHome, type RehearsalHomeOptions } from "../../src/rehearsal/rehearsal-home.ts";
import type { Script } from "../../src/rehearsal/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/rehearsal/scripted-model.ts";
import { testHomesFolder } from "../support/homes.ts";

export interface ExecEvent {
  readonly type: string;
  readonly message?: string;
  readonly error?: { readonly message: string };
  readonly usage?: Readonly<Record<string, number>>;
  readonly item?: {
    readonly type: string;
    readonly text?: string;
    readonly message?: string;
    readonly command?: string;
    readonly aggregated_output?: string;
    readonly exit_code?: number | null;
    readonly changes?: readonly { readonly path: string; readonly kind: string }[];
  };
}

export interface ExecResult {
  readonly events: readonly ExecEvent[];
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly requests: readonly RecordedRequest[];
  readonly home: string;
}

export interface ExecOptions extends Partial<RehearsalHomeOptions> {
  readonly cwd?: string;
  readonly prompt?: string;
  readonly sandbox?: string;
  /** Replaces `--json … prompt` after the sandbox flag. */
  readonly words?: readonly string[];
  /** Called with the model and a function that kills Codex's process group. */
  readonly meanwhile?: (model: ScriptedModel, kill: () => void) => Promise<void>;
}

/** The pinned native binary of this platform. */
export function codexBinary(): string {
  const platform = platformPackageOf(process.platform, process.arch);
  if (platform === undefined) throw new Error("Codex has no package for this platform.");
  const manifest = createRequire(import.meta.url).resolve(`@openai/${platform.name}/package.json`);
  return join(dirname(manifest), "vendor", ...platform.program);
}

/** An environment that holds nothing of the person's own. */
export function cleanEnvironment(home: string): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: home, CODEX_HOME: home };
}

/** One run of the real `codex exec --json` against a script, to its end. */
export async function runExec(script: Script, options: ExecOptions = {}): Promise<ExecResult> {
  const model = await startScriptedModel(script);
  const home = await createRehearsalHome(testHomesFolder, {
    requestRetries: 0,
    streamRetries: 0,
    ...options,
    baseUrl: options.baseUrl ?? model.baseUrl,
  });
  const words = options.words ?? ["--json", "--skip-git-repo-check", options.prompt ?? "Say hello"];
  const child = spawn(
    codexBinary(),
    [
      "exec",
      "-s",
      options.sandbox ?? "read-only",
      "-c",
      "features.unbounded_connection_retries=false",
      "-c",
      "features.shell_snapshot=false",
      ...words,
    ],
    {
      cwd: options.cwd ?? home,
      env: cleanEnvironment(home),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    },
  );
  const kill = (): void => killGroup(child.pid);
  try {
    const ended = once(child, "close");
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    await options.meanwhile?.(model, kill);
    const [exitCode, signal] = (await ended) as [number | null, string | null];
    const [stdout, stderr] = await output;
    if (stdout === "" && signal === null) throw new Error(`codex exec did not start a turn: ${stderr}`);
    return { events: readEvents(stdout), exitCode, signal, stderr, requests: model.requests, home };
  } finally {
    kill();
    await model.close();
  }
}

/** The texts of the assistant's messages. */
export function answers(result: ExecResult): readonly string[] {
  return result.events.flatMap((event) =>
    event.type === "item.completed" && event.item?.type === "agent_message" ? [event.item.text ?? ""] : [],
  );
}

/** The message of the failed turn, or undefined when none failed. */
export function failure(result: ExecResult): string | undefined {
  return result.events.find((event) => event.type === "turn.failed")?.error?.message;
}

/** Kills a process that was started as the leader of its own group, with all its children. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

function readEvents(stdout: string): readonly ExecEvent[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ExecEvent);
}

/** The content of a home's configuration. */
export function readConfig(home: string): string {
  return readFileSync(join(home, "config.toml"), "utf8");
}
