import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach } from "vitest";

/** A program under test in its own process, spoken to in lines. */
export interface FixtureProcess {
  readonly pid: number;
  /** The next line of its stdout. Throws with its stderr when it ends first. */
  nextLine(): Promise<string>;
  send(line: string): void;
  /** Ends it at once, as a crash does, and waits until the system has noticed. */
  crash(): Promise<void>;
  /** Waits for its own end and gives the exit code. */
  ended(): Promise<number | null>;
}

const started = new Set<ChildProcess>();

/** Starts a bundled fixture, behind a program that starts it when one is named. Whatever a test leaves running is ended after it. */
export function startFixture(
  program: string,
  argumentsList: readonly string[],
  wrapper: readonly string[] = [],
): FixtureProcess {
  const [command = process.execPath, ...words] = [...wrapper, process.execPath, program, ...argumentsList];
  const child = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`Could not start ${program}`);
  started.add(child);
  const exited = once(child, "exit");
  void exited.then(() => started.delete(child));
  // A fixture that was crashed does not read its input any more.
  child.stdin.on("error", () => undefined);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid,
    async nextLine() {
      const next = await lines.next();
      if (next.done === true) throw new Error(`The fixture ended early: ${errors}`);
      return next.value;
    },
    send: (line) => child.stdin.write(`${line}\n`),
    async crash() {
      child.kill("SIGKILL");
      await exited;
    },
    async ended() {
      await exited;
      return child.exitCode;
    },
  };
}

/** Registers the clean-up of a test file that starts fixtures. */
export function endFixturesAfterEach(): void {
  afterEach(async () => {
    await Promise.all(
      [...started].map(async (child) => {
        const exited = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
        child.kill("SIGKILL");
        await exited;
      }),
    );
  });
}
