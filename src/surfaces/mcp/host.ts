import type { Log } from "../../settings/log.ts";
import type { ClientWorld } from "../client/client-session.ts";
import type { ClaudeFacts, ClientFacts } from "./client-facts.ts";
import type { CurrentSession } from "./current-session.ts";
import type { FormAnswer, FormRequest } from "./forms/form.ts";
import type { Rescues } from "./slash/rescues.ts";

/** How long a form may stay open, and what takes it back. */
export interface FormLimits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** What the calls of one connection work with. */
export interface McpHost {
  /** The machine, without the client's secrets in its environment. */
  readonly world: ClientWorld;
  readonly claude?: ClaudeFacts;
  /** The folder that the server was started in; undefined when it is gone. */
  readonly startFolder: () => string | undefined;
  /** What is known of the client; complete once it has shaken hands. */
  readonly client: () => ClientFacts;
  /** The addresses of the client's own folders; undefined when it does not tell. */
  readonly roots: () => Promise<readonly string[] | undefined>;
  /** Puts a form before the person. Rejects when it was taken back, timed out or the client failed. */
  readonly askPerson: (form: FormRequest, limits: FormLimits) => Promise<FormAnswer>;
  /** Aborted when the connection ends: from then on calls are aborted too, and no run may be touched for that. */
  readonly closing: AbortSignal;
  /** Jobs whose requests are put into forms by this server already. */
  readonly jobsWithForms: Set<string>;
  /** What persons asked for with `/codex:rescue`. */
  readonly rescues: Rescues;
  readonly session: CurrentSession;
  readonly log: Log;
}

/** One call of a tool. */
export interface CallContext {
  readonly host: McpHost;
  /** Aborted when the client takes the call back, or the connection ends. */
  readonly signal: AbortSignal;
  /** The client's own name for this use of a tool. */
  readonly toolUse?: string;
  /** Tells the client how far it is; absent when it does not want to know. */
  readonly progress?: (value: number, message: string) => void;
}
