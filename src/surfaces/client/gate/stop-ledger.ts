import { gatePlaces } from "../../../jobs/gate/gate-places.ts";
import { type GateSession, readGateSession, writeGateSession } from "../../../jobs/gate/gate-session.ts";
import { dropSnapshots, retireSnapshot } from "../../../jobs/gate/gate-snapshots.ts";
import {
  changeGateState,
  type GateReading,
  type GateSnapshot,
  type JudgedTree,
  type LastStop,
  readGateState,
} from "../../../jobs/gate/gate-state.ts";
import { systemWorld } from "../../../jobs/state-world.ts";
import type { ClientSession } from "../client-session.ts";

/** What names a stop of Claude Code. */
export interface StopName {
  readonly session: string;
  /** Claude Code's id of the prompt; the same for all stops of one prompt. Absent where the client tells none. */
  readonly prompt?: string;
  readonly isStopHookActive: boolean;
}

/** What a stop leaves behind for later ones. */
export interface StopTraces {
  readonly baseline?: GateSnapshot;
  readonly judged?: JudgedTree;
  readonly last?: Omit<LastStop, "at">;
}

/** Older states of the files hardly come back. */
const keptJudgements = 20;

/** The gate's memory, as one stop reads and writes it. */
export class StopLedger {
  readonly places;
  /** The gate that this stop comes to. */
  readonly gate: GateReading;
  /** Of this session, with the rounds of this prompt. */
  readonly known: GateSession;
  readonly #session: string;
  readonly #world = systemWorld();

  constructor(stop: StopName, { stateRoot, workspace }: Pick<ClientSession, "stateRoot" | "workspace">) {
    this.places = gatePlaces(stateRoot, workspace);
    this.gate = readGateState(this.places);
    this.known = knownOf(stop, readGateSession(this.places, stop.session));
    this.#session = stop.session;
  }

  /** Throws when it cannot be stored: rounds that are not counted must not be played. */
  async count({ rounds, tokens }: Pick<GateSession, "rounds" | "tokens">): Promise<void> {
    const counted = { prompt: this.known.prompt, rounds, tokens };
    await writeGateSession(this.places, this.#session, counted, this.#world.now());
  }

  /**
   * Changes the state as it is now: another session may have stopped meanwhile. False when the person has switched the gate off, also
   * where it is on again with another baseline; then nothing is changed.
   */
  async store({ baseline, judged, last }: StopTraces): Promise<boolean> {
    const at = this.#world.now().toISOString();
    const since = this.gate.found === "state" ? this.gate.state.since : undefined;
    let former: GateSnapshot | undefined;
    const changed = await changeGateState(this.places, this.#world, (state) => {
      if (state?.isOn !== true || state.since !== since) return undefined;
      former = state.baseline;
      return {
        ...state,
        ...(baseline === undefined ? {} : { baseline }),
        judged: [...state.judged, ...(judged === undefined ? [] : [judged])].slice(-keptJudgements),
        ...(last === undefined ? {} : { lastStop: { at, ...last } }),
      };
    });
    if (changed === undefined) return false;
    await this.#dropSnapshots(former, changed.baseline);
    return true;
  }

  /** A review of another session may still read the former baseline. */
  async #dropSnapshots(former: GateSnapshot | undefined, baseline: GateSnapshot | undefined): Promise<void> {
    const now = this.#world.now();
    if (former !== undefined && former.folder !== baseline?.folder) {
      await retireSnapshot(this.places, former, now);
    }
    await dropSnapshots(this.places, baseline, now);
  }
}

/** What counts for this prompt. Without an id of it, each stop that no hook has led to begins a new one. */
function knownOf({ prompt = "", isStopHookActive }: StopName, stored: GateSession | undefined): GateSession {
  const tokens = stored?.tokens ?? 0;
  const isSamePrompt = stored?.prompt === prompt && (prompt !== "" || isStopHookActive);
  return { prompt, tokens, rounds: isSamePrompt ? (stored?.rounds ?? 0) : 0 };
}
