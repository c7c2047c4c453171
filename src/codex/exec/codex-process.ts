import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { LineDecoder } from "../app-server/line-decoder.ts";
import type { FamilyMark } from "../family-mark.ts";
import { FamilyWatch } from "../family-watch.ts";
import { type Guardian, startGuardian } from "../guardian.ts";
import { type ProcessGroup, startProcessGroup } from "../process-group.ts";

/** Longest line that is kept: Codex 0.169 caps outputs at 1 MiB, and a message of 2 MB was seen. */
const longestLine = 16 * 1024 * 1024;
/** How long a descendant may hold the pipes open after Codex has ended, in milliseconds. */
const drainMs = 1_000;
/** How long Codex may take to end after its last word or an interrupt (0.169: 30 to 100 ms). */
const endGraceMs = 3_000;
const stderrTailLength = 4_000;
const longestDiagnostic = 64 * 1024;

export interface CodexProcessStart {
  readonly path: string;
  readonly parameters: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Names its family; its commands have to be given it too. */
  readonly mark: FamilyMark;
  readonly prompt: string;
  readonly platform: NodeJS.Platform;
  readonly onLine: (line: string) => void;
  readonly onStray: (source: "stderr" | "oversize", text: string) => void;
}

/** One `codex exec` that was given its prompt. */
export interface CodexProcess {
  readonly pid: number;
  /** Resolves with how it ended, after everything that it wrote has been delivered. Never rejects. */
  readonly ended: Promise<string>;
  /** Resolves when the guardian was ended by somebody else: nothing would end Codex with us any more. */
  readonly unguarded: Promise<void>;
  readonly stderrTail: () => string;
  /** Notes what Codex has started, so that it can be ended when Codex no longer shows whose it is. */
  noteFamily(): Promise<void>;
  /**
   * Ends it with everything that it started. `interrupt` lets it write down that it was interrupted; `wait` only waits for its own
   * end. Resolves with true when nothing of it is left.
   */
  end(how: "wait" | "interrupt" | "kill"): Promise<boolean>;
}

/** Starts Codex under its guardian and hands it the prompt. Rejects with the system's error; then nothing is left. */
export async function startCodexProcess(start: CodexProcessStart): Promise<CodexProcess> {
  const { path, parameters, folder, environment, platform } = start;
  const guardian = await startGuardian(platform);
  let group: ProcessGroup;
  try {
    group = await startProcessGroup(
      path,
      parameters,
      { cwd: folder, env: { ...environment, ...start.mark }, stdio: ["pipe", "pipe", "pipe"] },
      platform,
    );
  } catch (error) {
    await guardian.release();
    throw error;
  }
  const { stdin, stdout, stderr, pid } = group.child;
  if (stdin === null || stdout === null || stderr === null || pid === undefined) {
    await Promise.all([guardian.release(), group.stop(0)]);
    throw new Error("it has no pipes");
  }
  guardian.watch(pid, start.mark);
  // A Codex that ends before it has read its prompt is told by its end.
  stdin.on("error", () => undefined);
  // Only now: were we to die before the guardian knows whom to end, Codex would find no prompt and end by itself.
  stdin.end(start.prompt);
  return new GuardedCodex(pid, { group, guardian, stdout, stderr }, start);
}

interface Parts {
  readonly group: ProcessGroup;
  readonly guardian: Guardian;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

class GuardedCodex implements CodexProcess {
  readonly pid: number;
  readonly ended: Promise<string>;
  readonly unguarded: Promise<void>;
  readonly #parts: Parts;
  readonly #platform: NodeJS.Platform;
  readonly #family: FamilyWatch;
  #stderrTail = "";

  constructor(pid: number, parts: Parts, { platform, mark, onLine, onStray }: CodexProcessStart) {
    this.pid = pid;
    this.#parts = parts;
    this.#platform = platform;
    this.#family = new FamilyWatch({ pid, mark, hasEnded: () => this.#parts.group.hasEnded(), platform });
    this.unguarded = parts.guardian.lost;
    const events = new LineDecoder(
      { onLine, onOversize: (begin) => onStray("oversize", begin) },
      longestLine,
    );
    const diagnostics = new LineDecoder(
      {
        onLine: (line) => {
          this.#stderrTail = `${this.#stderrTail}${line}\n`.slice(-stderrTailLength);
          onStray("stderr", line);
        },
        onOversize: (begin) => onStray("stderr", begin),
      },
      longestDiagnostic,
    );
    this.ended = this.#awaitEnd([drain(parts.stdout, events), drain(parts.stderr, diagnostics)]);
  }

  stderrTail = (): string => this.#stderrTail;

  async noteFamily(): Promise<void> {
    await this.#family.note();
  }

  async end(how: "wait" | "interrupt" | "kill"): Promise<boolean> {
    const { group, guardian, stdout, stderr } = this.#parts;
    const isWindows = this.#platform === "win32";
    if (how === "kill" && !isWindows) {
      // Nothing more is sent or done while its family is looked for.
      signal(-this.pid, "SIGSTOP");
    } else if (how === "interrupt" && !isWindows) {
      await this.noteFamily();
      // Codex writes into its session file that the turn was aborted, and ends within 30 ms (0.169).
      signal(-this.pid, "SIGINT");
    }
    const endsByItself = how === "wait" || (how === "interrupt" && !isWindows);
    if (endsByItself) await Promise.race([group.ended, delay(endGraceMs, undefined, { ref: false })]);
    // Its children show whose they are only while it lives.
    if (!this.#parts.group.hasEnded()) await this.noteFamily();
    await group.stop(0);
    const isGone = await this.#family.end();
    await guardian.release();
    await this.ended;
    stdout.destroy();
    stderr.destroy();
    return isGone;
  }

  async #awaitEnd(outputs: readonly Promise<void>[]): Promise<string> {
    const how = await this.#parts.group.ended;
    await Promise.race([Promise.all(outputs), delay(drainMs, undefined, { ref: false })]);
    return how;
  }
}

async function drain(stream: Readable, decoder: LineDecoder): Promise<void> {
  stream.on("data", (chunk: Buffer) => decoder.push(chunk));
  await new Promise<void>((resolve) => {
    stream.once("end", resolve);
    stream.once("close", resolve);
    stream.once("error", () => resolve());
  });
  decoder.end();
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
