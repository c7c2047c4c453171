import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { createHistory, type History } from "./history.ts";

/** What Claude Code is started with. */
export interface ClaudeStart {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One line of `--output-format stream-json`. */
export interface ClaudeEvent {
  readonly type: string;
  readonly subtype?: string;
  readonly [name: string]: unknown;
}

export interface ClaudeEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ClaudeProcess {
  readonly pid: number;
  /** Lines of stdout that are JSON. */
  readonly events: History<ClaudeEvent>;
  readonly ended: Promise<ClaudeEnd>;
  /** Writes one line of JSON to stdin. */
  readonly send: (message: unknown) => void;
  readonly closeInput: () => void;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** How long a client that was asked to end may take before it is killed, in milliseconds. */
const farewellMs = 5_000;

/** Starts Claude Code without a terminal. It ends with the test at the latest. */
export function startClaudeProcess({ program, parameters, folder, environment }: ClaudeStart): ClaudeProcess {
  const child = spawn(program, parameters, {
    cwd: folder,
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
  });
  if (child.pid === undefined) throw new Error(`Could not start ${program}`);
  const events = createHistory<ClaudeEvent>("event of Claude Code", (event) => JSON.stringify(event));
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    stdout.push(line);
    if (line.startsWith("{")) events.add(JSON.parse(line) as ClaudeEvent);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
  // It may end before it has read its input.
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close").then(([exitCode, signal]): ClaudeEnd => {
    const end = { exitCode, signal, stdout: stdout.join("\n"), stderr: stderr.join("") } as ClaudeEnd;
    events.close(`Claude Code has ended with ${exitCode ?? signal}: ${end.stderr}`);
    return end;
  });
  onTestFinished(async () => endWithTest(ended, (signal) => child.kill(signal)));
  return {
    pid: child.pid,
    events,
    ended,
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    closeInput: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
  };
}

/** Asks a client that is still there to end, so that it ends its servers, and kills it when it does not. */
export async function endWithTest(
  ended: Promise<unknown>,
  kill: (signal: NodeJS.Signals) => unknown,
): Promise<void> {
  kill("SIGTERM");
  const timer = setTimeout(() => kill("SIGKILL"), farewellMs);
  await ended;
  clearTimeout(timer);
}
