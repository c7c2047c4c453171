import { rm } from "node:fs/promises";
import { type Envelope, envelopeSchema, type GateFacts } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { GateWish } from "../../../domain/gate-wish.ts";
import { isMarked, switchMarkerOff, switchMarkerOn } from "../../../jobs/gate/gate-marker.ts";
import { gatePlaces } from "../../../jobs/gate/gate-places.ts";
import { dropSnapshots, snapshotFolder, takeSnapshot } from "../../../jobs/gate/gate-snapshots.ts";
import { changeGateState, type GateState, readGateState } from "../../../jobs/gate/gate-state.ts";
import { systemWorld } from "../../../jobs/state-world.ts";
import { gateStatusWords, switchedOffWords, switchedOnWords } from "../../../report/gate/switch-words.ts";
import { openRepository } from "../../../workspace/repository.ts";
import type { ClientSession } from "../client-session.ts";

/**
 * Switches the review gate of the session's workspace, or tells of it. No model and no Codex is asked. Throws `not_a_git_repo` where
 * it cannot be switched on, `input_unreadable` and `state_unwritable`.
 */
export async function switchGate(wish: GateWish, session: ClientSession): Promise<Envelope> {
  switch (wish) {
    case "on":
      return switchOn(session);
    case "off":
      return switchOff(session);
    case "status":
      return tellStatus(session);
  }
}

/** For a person who wants the gate wherever they work: switches it on where it was never switched on or off. Throws as `switchGate`. */
export async function switchOnWhereNew(session: ClientSession): Promise<void> {
  const { found } = readGateState(gatePlaces(session.stateRoot, session.workspace));
  // To keep the files takes a while, in which a person may say something else.
  if (found === "nothing") await beginGate(session, (present) => present === undefined);
}

async function switchOn(session: ClientSession): Promise<Envelope> {
  const facts = factsOf(await beginGate(session, () => true), session);
  return envelopeOf(facts, switchedOnWords(facts), ["tandem gate status", "tandem gate off"]);
}

/** Keeps the files as the baseline and switches the gate on, if that may be by then. */
async function beginGate(
  { world, stateRoot, workspace, settings }: ClientSession,
  mayBegin: (present: GateState | undefined) => boolean,
): Promise<GateState | undefined> {
  const timeoutMs = settings.values.git_timeout;
  const repository = await openRepository(workspace, { ...world, timeoutMs });
  const state = systemWorld();
  const places = gatePlaces(stateRoot, workspace);
  const baseline = await takeSnapshot(places, repository, state.now());
  const begun = await changeGateState(places, state, (present) =>
    mayBegin(present)
      ? { workspace, isOn: true, since: state.now().toISOString(), baseline, judged: [] }
      : undefined,
  );
  if (begun === undefined) {
    await rm(snapshotFolder(places, baseline.folder), { recursive: true, force: true });
    return undefined;
  }
  switchMarkerOn(stateRoot, workspace, world.platform);
  await dropSnapshots(places, baseline, state.now());
  return begun;
}

async function switchOff(session: ClientSession): Promise<Envelope> {
  const { stateRoot, workspace } = session;
  const places = gatePlaces(stateRoot, workspace);
  const read = readGateState(places);
  // The marker first: from here on no stop starts anything.
  switchMarkerOff(stateRoot, workspace);
  const state = systemWorld();
  // Also where it was never on: from here on no option of the plugin switches it on.
  const changed = await changeGateState(places, state, () => ({
    workspace,
    isOn: false,
    since: state.now().toISOString(),
    judged: [],
  }));
  await rm(places.snapshots, { recursive: true, force: true });
  await rm(places.sessions, { recursive: true, force: true });
  const facts = factsOf(changed, session);
  return envelopeOf(
    facts,
    switchedOffWords(facts, read.found === "unusable" || (read.found === "state" && read.state.isOn)),
  );
}

/** Sees to it as well that the hook finds what it looks for: a gate that is said to be on must not be one that never runs. */
async function tellStatus(session: ClientSession): Promise<Envelope> {
  const { stateRoot, workspace, world } = session;
  const places = gatePlaces(stateRoot, workspace);
  const read = readGateState(places);
  if (read.found === "unusable") {
    throw new TandemError(
      "state_unwritable",
      { folder: places.folder, cause: `gate.json: ${read.problem}` },
      {
        repair: {
          say: "Switch the gate on or off again: the file is then set aside.",
          command: "tandem gate off",
        },
      },
    );
  }
  const state = read.found === "state" ? read.state : undefined;
  if (state?.isOn === true && !isMarked(stateRoot, workspace)) {
    switchMarkerOn(stateRoot, workspace, world.platform);
  }
  const facts = factsOf(state, session);
  return envelopeOf(facts, gateStatusWords(facts, new Date()), [
    facts.state === "on" ? "tandem gate off" : "tandem gate on",
  ]);
}

function factsOf(
  state: GateState | undefined,
  { workspace, settings: { values } }: ClientSession,
): GateFacts {
  return {
    state: state?.isOn === true ? "on" : "off",
    workspace,
    ...(state === undefined ? {} : { since: state.since }),
    ...(state?.baseline === undefined ? {} : { baselineAt: state.baseline.at }),
    ...(state?.lastStop === undefined ? {} : { lastStop: state.lastStop }),
    limits: {
      rounds: values.gate_rounds,
      sessionTokens: values.gate_session_tokens,
      timeoutMs: values.timeout_gate,
      strict: values.gate_strict,
    },
  };
}

function envelopeOf(gate: GateFacts, summary: string, nextSteps?: readonly string[]): Envelope {
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "gate",
    summary,
    gate,
    ...(nextSteps === undefined ? {} : { nextSteps }),
  };
}
