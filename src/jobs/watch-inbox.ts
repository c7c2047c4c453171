import { existsSync, readdirSync, renameSync } from "node:fs";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { type CancelRequest, readCancelRequest } from "./cancel-request.ts";
import { type FolderWatch, watchFolder } from "./folder-watch.ts";
import { removeQuietly } from "./lock-file.ts";
import {
  boundedReply,
  type OwnerReply,
  type OwnerRequest,
  type RequestFiles,
  readOwnerRequest,
  requestFiles,
  requestsFolder,
  waitingStems,
} from "./owner-inbox.ts";
import { writePrivateFile } from "./private-files.ts";
import { ensurePrivateSubfolder } from "./private-folders.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

export interface InboxHandlers {
  /** Called once, also when the request was there before, and when somebody removed the job's folder: nothing could be stored any more. */
  readonly onCancel: (request: CancelRequest) => void;
  /** Called for each request once, in their order, never for two at a time. What it throws is the reason of a refusal. */
  readonly onRequest: (request: OwnerRequest) => Promise<OwnerReply>;
}

export interface Inbox {
  /** Takes no further request; the one that is being handled still gets its reply. */
  close(): void;
}

/** Where the system tells nothing of new files. */
const pollMs = 1_000;

/** Watches a job's folder for what others ask of its owner, who is this process. Never keeps it running. */
export function watchInbox(context: StoreContext, id: string, handlers: InboxHandlers): Inbox {
  const inbox = new OwnerInbox(context, id, handlers);
  inbox.open();
  return inbox;
}

class OwnerInbox implements Inbox {
  readonly #context: StoreContext;
  readonly #id: string;
  readonly #handlers: InboxHandlers;
  readonly #jobFolder: string;
  readonly #requests: string;
  #jobWatch: FolderWatch | undefined;
  #requestsWatch: FolderWatch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isCancelled = false;
  #isHandling = false;
  /** Something may have come while requests were handled. */
  #hasNews = false;
  #isClosed = false;

  constructor(context: StoreContext, id: string, handlers: InboxHandlers) {
    this.#context = context;
    this.#id = id;
    this.#handlers = handlers;
    this.#jobFolder = jobFolder(context.paths, id);
    this.#requests = requestsFolder(context, id);
  }

  open(): void {
    // The run's own files change all the time.
    const ours = new Set<string | undefined>([jobFiles.cancel, jobFiles.requests, undefined]);
    this.#jobWatch = watchFolder(this.#jobFolder, (name) => {
      if (ours.has(name)) this.#look();
    });
    this.#timer = setInterval(() => this.#look(), pollMs);
    this.#timer.unref();
    // Not within the call: the caller's handlers may not be ready.
    setImmediate(() => this.#look());
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#jobWatch?.close();
    this.#requestsWatch?.close();
  }

  #look(): void {
    if (this.#isClosed) return;
    this.#watchRequests();
    if (!this.#isCancelled) this.#lookForCancel();
    void this.#handleWaiting();
  }

  /** Made here, so that the first request too is seen at once. */
  #watchRequests(): void {
    if (this.#requestsWatch?.isAlive === true) return;
    try {
      ensurePrivateSubfolder(this.#requests);
    } catch {
      // The job's folder is gone, or the state cannot be written now: nobody can post anything either.
      return;
    }
    this.#requestsWatch = watchFolder(this.#requests, () => this.#look());
  }

  #lookForCancel(): void {
    const request = existsSync(this.#jobFolder)
      ? readCancelRequest(this.#context, this.#id)
      : { by: "the removal of the job's folder", at: this.#context.world.now().toISOString() };
    if (request === undefined) return;
    this.#isCancelled = true;
    this.#handlers.onCancel(request);
  }

  async #handleWaiting(): Promise<void> {
    this.#hasNews = true;
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      while (this.#hasNews) {
        this.#hasNews = false;
        for (const stem of this.#waiting()) await this.#handle(requestFiles(this.#requests, stem));
      }
    } finally {
      this.#isHandling = false;
    }
  }

  #waiting(): readonly string[] {
    if (this.#isClosed) return [];
    try {
      return waitingStems(readdirSync(this.#requests));
    } catch {
      // No folder, no requests.
      return [];
    }
  }

  async #handle(files: RequestFiles): Promise<void> {
    if (this.#isClosed || !take(files)) return;
    const request = readOwnerRequest(files.taken);
    removeQuietly(files.taken);
    const reply = request === undefined ? notUnderstood : await this.#reply(request);
    try {
      await writePrivateFile(files.reply, JSON.stringify(boundedReply(reply)), { durable: false });
    } catch {
      // The state cannot be written now: the poster is told that nothing is known of its request.
    }
  }

  async #reply(request: OwnerRequest): Promise<OwnerReply> {
    try {
      return await this.#handlers.onRequest(request);
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }
}

const notUnderstood: OwnerReply = { ok: false, reason: "the request is not one that this version knows" };

/** By its new name it is this owner's: its poster can take it back only before. False when it was taken back. */
function take({ request, taken }: RequestFiles): boolean {
  try {
    renameSync(request, taken);
    return true;
  } catch {
    return false;
  }
}
