import { messageOf } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import type { Pending } from "../../../domain/pending.ts";
import { followJob } from "../../../jobs/follow-job.ts";
import type { JobStore } from "../../../jobs/store.ts";
import type { McpHost } from "../host.ts";
import { answerOf, formOf } from "./form.ts";

type FormHost = Pick<McpHost, "askPerson" | "client" | "closing" | "jobsWithForms" | "log">;
type FormStore = Pick<JobStore, "postRequest"> & Parameters<typeof followJob>[0];

/**
 * From now on puts what Codex asks in a job before the person, until the job or the connection ends. It goes on beside the calls of
 * tools: a form that is open holds up no answer, and a call that is sent twice asks nobody twice. Does nothing where the client has no
 * forms, and where somebody at a terminal is asked.
 */
export function offerForms(job: JobRecord, store: FormStore, host: FormHost): void {
  const { id, askedBy, status } = job;
  if (!host.client().takesForms || askedBy === "terminal" || isTerminal(status)) return;
  if (host.jobsWithForms.has(id)) return;
  host.jobsWithForms.add(id);
  void follow(id, store, host)
    .catch((error: unknown) =>
      host.log("warning", "what a job asks is not put into forms any more", {
        job: id,
        error: messageOf(error),
      }),
    )
    .finally(() => host.jobsWithForms.delete(id));
}

async function follow(id: string, store: FormStore, host: FormHost): Promise<void> {
  const forms = new OpenForms(id, store, host);
  try {
    await followJob(store, id, {
      signal: host.closing,
      isBystander: true,
      // The record alone: the journal may be ahead of it, and its names of requests are Codex's.
      onRecord: ({ pending = [] }) => forms.update(pending),
    });
  } finally {
    forms.close();
  }
}

/** The forms of one job. */
class OpenForms {
  readonly #id: string;
  readonly #store: FormStore;
  readonly #host: FormHost;
  readonly #open = new Map<string, AbortController>();

  constructor(id: string, store: FormStore, host: FormHost) {
    this.#id = id;
    this.#store = store;
    this.#host = host;
  }

  /** Opens a form for what is new and takes back those of what was answered elsewhere. */
  update(pending: readonly Pending[]): void {
    for (const [request, form] of this.#open) {
      if (pending.some(({ id }) => id === request)) continue;
      form.abort();
      this.#open.delete(request);
    }
    for (const request of pending) {
      if (this.#open.has(request.id)) continue;
      const form = new AbortController();
      this.#open.set(request.id, form);
      void this.#ask(request, form.signal);
    }
  }

  close(): void {
    for (const form of this.#open.values()) form.abort();
  }

  async #ask(request: Pending, signal: AbortSignal): Promise<void> {
    const { log } = this.#host;
    const facts = { job: this.#id, request: request.id };
    try {
      const timeoutMs = Math.max(1, Date.parse(request.expiresAt) - Date.now());
      const form = formOf(request, shortJobId(this.#id));
      const answer = await this.#host.askPerson(form, { signal, timeoutMs });
      if (signal.aborted) return;
      const reply = await this.#store.postRequest(this.#id, {
        type: "answer",
        pending: request.id,
        answer: answerOf(request, answer),
      });
      log("info", "a form was answered", { ...facts, action: answer.action, reply });
    } catch (error) {
      // It waits on: for `tandem answer`, for another client, or until its time is over.
      log("info", "a form was not answered", { ...facts, error: messageOf(error) });
    }
  }
}
