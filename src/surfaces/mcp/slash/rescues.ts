/** A `/codex:rescue` that the model shapes: what the person typed, and what they allowed. */
export interface Rescue {
  readonly words: string;
  readonly mayWrite: boolean;
}

/** So many prompts back: a call belongs to a prompt that has just been typed. */
const keptRescues = 20;

/** The rescues of one connection, by the prompt that asked for each and by the calls that answer to it. */
export class Rescues {
  readonly #byPrompt = new Map<string, Rescue>();
  readonly #byCall = new Map<string, Rescue>();
  /** The one call of each rescue that the person let write. */
  readonly #writingCalls = new WeakMap<Rescue, string>();

  open(prompt: string, rescue: Rescue): void {
    if (prompt !== "") keep(this.#byPrompt, prompt, rescue);
  }

  /** The rescue that a prompt asked for. */
  of(prompt: string): Rescue | undefined {
    return this.#byPrompt.get(prompt);
  }

  /** From now on a call is an answer to this rescue. */
  bind(call: string, rescue: Rescue): void {
    if (call !== "") keep(this.#byCall, call, rescue);
  }

  /** True for the first call that asks to write, however often it is asked about, and for no other: --write was typed once. */
  takesWrite(call: string, rescue: Rescue): boolean {
    if (!this.#writingCalls.has(rescue)) this.#writingCalls.set(rescue, call);
    return this.#writingCalls.get(rescue) === call;
  }

  /** What the person typed, for the call that answers to it. */
  wordsOf(call: string | undefined): string | undefined {
    return call === undefined ? undefined : this.#byCall.get(call)?.words;
  }
}

function keep(rescues: Map<string, Rescue>, key: string, rescue: Rescue): void {
  rescues.set(key, rescue);
  const [oldest] = rescues.keys();
  if (rescues.size > keptRescues && oldest !== undefined) rescues.delete(oldest);
}
