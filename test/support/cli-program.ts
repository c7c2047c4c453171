import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync, symlinkSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Envelope } from "../../src/domain/envelope.ts";
import { parseEnvelope } from "./envelope-schema.ts";
import { testHomesFolder } from "./homes.ts";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** How a run of the command line ended and what it printed. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed. Throws when stdout is anything but one envelope. */
  readonly envelope: Envelope;
}

/** A run of the command line that goes on. */
export interface CliProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** The id in the first line of stderr. Throws when that line is another one. */
  readonly job: Promise<string>;
}

export interface CliOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What is written to stdin, which is closed then; without it stdin is empty. */
  readonly input?: string | Buffer;
  /** Started before the program, which follows as its arguments. */
  readonly wrapper?: readonly string[];
}

/** What scripts/bundle/bundle.mjs gives. */
interface Bundler {
  readonly bundle: (repository: string) => Promise<{ readonly files: ReadonlyMap<string, Buffer> }>;
}

/**
 * The command line as it is published: a folder like plugin/ with a bundle that is made from the sources, once for each test run.
 * Whoever comes first builds it, the others take what is there.
 */
export async function bundleCli(): Promise<string> {
  const folder = join(testHomesFolder, "plugin");
  const program = join(folder, "bin", "tandem");
  if (await exists(program)) return program;
  const draft = await mkdtemp(join(testHomesFolder, "plugin-draft-"));
  const bundler = (await import(join(repository, "scripts", "bundle", "bundle.mjs"))) as Bundler;
  const { files } = await bundler.bundle(repository);
  // Everything but the bundle that is committed.
  await cp(join(repository, "plugin"), draft, {
    recursive: true,
    filter: (path) => path !== join(repository, "plugin", "dist"),
  });
  await mkdir(join(draft, "dist"));
  for (const [path, bytes] of files) await writeFile(join(draft, path), bytes);
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another test file was faster; its bundle is the same.
    if (!(await exists(program))) throw error;
    await rm(draft, { recursive: true, force: true });
  }
  return program;
}

const toolNames = ["git", "bash", "sh", "cat", "env", "head", "ls", "pwd", "setsid", "sleep", "touch"];

/** A folder with links to the few programs that a run may need, for a PATH that holds nothing else of this machine. */
export function toolFolder(): string {
  const folder = join(testHomesFolder, "tools");
  mkdirSync(folder, { recursive: true });
  for (const name of toolNames) link(findProgram(name), join(folder, name));
  link(process.execPath, join(folder, "node"));
  return folder;
}

/** Starts `tandem` with the given arguments. Whoever starts it has to see to its end. */
export function startCli(
  program: string,
  argumentsList: readonly string[],
  { cwd, environment, input, wrapper = [] }: CliOptions,
): CliProcess {
  const [command = "", ...rest] = [...wrapper, process.execPath, program, ...argumentsList];
  const child = spawn(command, rest, { cwd, env: environment, stdio: ["pipe", "pipe", "pipe"] });
  if (child.pid === undefined) throw new Error(`Could not start ${basename(command)}.`);
  // The program may end before it has read its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = once(child, "close").then(([exitCode, signal]): CliResult => {
    const printed = stdout.text();
    const result = {
      exitCode: exitCode as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: printed,
      stderr: stderr.text(),
    };
    // Not enumerable: a failed comparison prints the other fields, of a result that holds no envelope too.
    return Object.defineProperty(result, "envelope", { get: () => parseEnvelope(printed) }) as CliResult;
  });
  return {
    pid: child.pid,
    child,
    ended,
    get job() {
      return stderr.firstLine.then((line) => {
        const id = /^job (\d{8}t\d{9}-[a-z]{6})$/.exec(line)?.[1];
        if (id === undefined) throw new Error(`The first line of stderr is ${JSON.stringify(line)}`);
        return id;
      });
    },
  };
}

interface Collected {
  readonly text: () => string;
  readonly firstLine: Promise<string>;
}

function collect(stream: NodeJS.ReadableStream): Collected {
  const chunks: Buffer[] = [];
  const text = () => Buffer.concat(chunks).toString("utf8");
  const firstLine = new Promise<string>((resolve) => {
    const look = (isOver: boolean) => {
      const end = text().indexOf("\n");
      if (end >= 0) resolve(text().slice(0, end));
      else if (isOver) resolve(text());
    };
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunks.length < 10) look(false);
    });
    stream.once("close", () => look(true));
  });
  return { text, firstLine };
}

/** The path of a program of this machine. */
export function findProgram(name: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of [...folders, "/usr/bin", "/bin"]) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`These tests need ${name}, which is not on PATH.`);
}

/** Test files run side by side, and each makes the same links. */
function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
