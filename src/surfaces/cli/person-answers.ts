import { shortJobId } from "../../domain/job.ts";
import type { Pending, PendingAnswer } from "../../domain/pending.ts";
import { sanitise } from "../../report/text/sanitise.ts";
import { askPerson } from "./ask-person.ts";
import type { CliSession } from "./session.ts";

/** What the live line has to make room for. */
interface Pausable {
  readonly pause: () => void;
  readonly resume: () => void;
}

export interface PersonOptions {
  readonly line: Pausable;
  /** Ctrl-C was pressed where the terminal gives keys in place of signals. */
  readonly onInterrupt: () => void;
}

export interface PersonAnswers {
  /** Asks for what is open and was not asked for yet; takes back what is open no longer. */
  readonly look: (pending: readonly Pending[]) => void;
  readonly stop: () => void;
}

/**
 * Asks the person at the terminal right here for what Codex wants, one thing after the other. Where there is no person,
 * `tandem answer` can be used elsewhere.
 */
export function openPersonAnswers(
  id: string,
  session: Pick<CliSession, "world" | "store">,
  { line, onInterrupt }: PersonOptions,
): PersonAnswers {
  const { world, store } = session;
  const { stderr } = world;
  // In this order: stdin is a stream that a command without a person can do without.
  const isPerson = stderr.isTTY === true && world.stdin.isTTY === true;
  const asked = new Set<string>();
  let open: readonly Pending[] = [];
  let current: { readonly request: string; readonly withdrawal: AbortController } | undefined;
  let isStopped = false;

  const askAll = async () => {
    for (let next = nextOf(); next !== undefined; next = nextOf()) {
      asked.add(next.id);
      line.pause();
      const words = await askOne(next);
      if (words !== undefined) stderr.write(`${sanitise(words)}\n`);
      line.resume();
    }
    current = undefined;
  };
  const nextOf = () => (isStopped ? undefined : open.find((request) => !asked.has(request.id)));
  /** Gives what the person has to know of it. */
  const askOne = async (request: Pending): Promise<string | undefined> => {
    const withdrawal = new AbortController();
    current = { request: request.id, withdrawal };
    const said = await askPerson(request, world, withdrawal.signal);
    if (said === "interrupted") onInterrupt();
    else if (said === "withdrawn") return isStopped ? undefined : "It needs no answer any more.";
    else if (said === "left") return `It still waits: tandem answer ${shortJobId(id)}`;
    else return send(request, said);
    return undefined;
  };
  const send = async (request: Pending, answer: PendingAnswer): Promise<string | undefined> => {
    try {
      const reply = await store.postRequest(id, { type: "answer", pending: request.id, answer });
      return reply.ok || isStopped ? undefined : `The answer was not taken: ${reply.reason}.`;
    } catch {
      // The job is gone meanwhile; its own end is what the person sees.
      return undefined;
    }
  };
  let asking: Promise<void> | undefined;
  return {
    look: (pending) => {
      open = pending;
      if (!isPerson || isStopped) return;
      if (current !== undefined && !pending.some((request) => request.id === current?.request)) {
        current.withdrawal.abort();
      }
      if (nextOf() === undefined) return;
      asking ??= askAll().finally(() => {
        asking = undefined;
      });
    },
    stop: () => {
      isStopped = true;
      current?.withdrawal.abort();
    },
  };
}
