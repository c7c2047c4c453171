import type { Readable, Writable } from "node:stream";
import { type FamilyMark, newFamilyMark } from "../family-mark.ts";
import { FamilyWatch } from "../family-watch.ts";
import { type Guardian, startGuardian } from "../guardian.ts";
import { type ProcessGroup, startProcessGroup } from "../process-group.ts";

/** An app-server ends within about 25 ms of the end of its stdin (Codex 0.169); past this it is killed. */
const closeGraceMs = 2_000;
/** How often a guardian that somebody ended is replaced. Whoever ends more of them wants the server to end. */
const guardianLimit = 3;

export interface ServerProcessStart {
  readonly path: string;
  readonly parameters: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
}

interface Given {
  readonly mark: FamilyMark;
  readonly platform: NodeJS.Platform;
}

interface Child {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * An app-server as a child of ours, under a guardian that ends it with everything that it started when we die, however we die.
 * Codex 0.169 starts MCP servers in process groups of their own, and leaves them running when it is killed.
 */
export class ServerProcess implements Child {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** What its own environment was given; its commands have to be given it too, where their environment is not its own. */
  readonly mark: FamilyMark;
  /** Resolves with how it ended, in words, when nothing of it is left. Never rejects. */
  readonly ended: Promise<string>;
  readonly #group: ProcessGroup;
  readonly #family: FamilyWatch;
  readonly #platform: NodeJS.Platform;
  #guardian: Guardian;
  #unguarded = "";

  private constructor(child: Child, group: ProcessGroup, guardian: Guardian, given: Given) {
    const { mark, platform } = given;
    this.pid = child.pid;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    this.#group = group;
    this.#platform = platform;
    this.#guardian = guardian;
    this.mark = mark;
    this.#family = new FamilyWatch({
      pid: child.pid,
      mark,
      hasEnded: () => this.#group.hasEnded(),
      platform,
    });
    this.ended = this.#awaitEnd();
    guardian.watch(child.pid, mark);
    void this.#keepGuarded(guardianLimit);
  }

  /** Rejects with the system's error; then nothing is left. */
  static async start(start: ServerProcessStart): Promise<ServerProcess> {
    const { path, parameters, folder, environment, platform = process.platform } = start;
    const stdio: ["pipe", "pipe", "pipe"] = ["pipe", "pipe", "pipe"];
    const mark = newFamilyMark();
    const group = await startProcessGroup(
      path,
      parameters,
      { cwd: folder, env: { ...environment, ...mark }, stdio },
      platform,
    );
    try {
      const { pid, stdin, stdout, stderr } = group.child;
      if (pid === undefined || stdin === null || stdout === null || stderr === null) {
        throw new Error("it has no pipes");
      }
      // Were we to die before this, the server would find its stdin at its end before it was asked for anything, and end by itself.
      const guardian = await startGuardian(platform, stdin);
      return new ServerProcess({ pid, stdin, stdout, stderr }, group, guardian, { mark, platform });
    } catch (error) {
      await group.stop(0);
      throw error;
    }
  }

  /** Lets it end by itself for a moment, then ends it. Resolves when nothing of it is left. */
  async end(): Promise<void> {
    // Its children show whose they are only while it lives.
    if (!this.#group.hasEnded()) await this.#family.note();
    this.stdin.end();
    const timer = setTimeout(() => void this.#group.stop(closeGraceMs), closeGraceMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends it at once. Resolves when nothing of it is left. */
  async kill(): Promise<void> {
    if (!this.#group.hasEnded()) await this.#family.note();
    await this.#group.stop(0);
    await this.ended;
  }

  async #awaitEnd(): Promise<string> {
    const how = await this.#group.ended;
    // A member of the group may outlive its leader.
    await this.#group.stop(0);
    const isGone = await this.#family.end();
    await this.#guardian.release();
    return `${how}${this.#unguarded}${isGone ? "" : ", and the system did not remove all that it had started"}`;
  }

  /** Without a guardian nothing would end the server with us. */
  async #keepGuarded(left: number): Promise<void> {
    await this.#guardian.lost;
    if (this.#group.hasEnded()) return;
    try {
      if (left === 0) throw new Error("it was ended again and again");
      const next = await startGuardian(this.#platform, this.stdin);
      if (this.#group.hasEnded()) {
        await next.release();
        return;
      }
      this.#guardian = next;
      next.watch(this.pid, this.mark);
      void this.#keepGuarded(left - 1);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      this.#unguarded = `, since it could not be guarded: ${cause}`;
      await this.#group.stop(0);
    }
  }
}
