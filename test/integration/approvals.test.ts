import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { effectiveSandbox, planThread, sandboxMismatch } from "../../src/codex/app-server/thread-start.ts";
import { pins } from "../../src/codex/pins.ts";
import { firstPhase, followPhase, type RunEvent, shownPhase } from "../../src/domain/events.ts";
import { applyPatch, askUser, command, items, message } from "../../src/rehearsal/replies.ts";
import { asks, byThread, sequence } from "../../src/rehearsal/script.ts";
import { toolOutputs } from "../../src/rehearsal/tool-outputs.ts";
import { endWorldsAfterEach, runTurn, startWorld, type World } from "../support/app-server-world.ts";
import { accept, always, decline, somebody } from "../support/asked.ts";
import { HandClock } from "../support/hand-clock.ts";
import { makeHome } from "../support/homes.ts";
import { kill } from "../support/kill.ts";
import { verifies } from "../support/requirements.ts";
import { readOnlyThread } from "../support/thread-options.ts";

endWorldsAfterEach();

const asking = { approvals: "ask" } as const;
const escalated = { escalated: { justification: "May I write there?" } };

/** A file outside of every sandbox. */
function outside(): string {
  return join(makeHome("outside"), "made");
}

/** What went back to the model for its last tool call. */
function lastOutput({ model }: World): string | undefined {
  return model.requests.flatMap((request) => toolOutputs(request)).at(-1)?.text;
}

function ofType<Type extends RunEvent["type"]>(
  { events }: World,
  type: Type,
): readonly Extract<RunEvent, { type: Type }>[] {
  return events.filter((event) => event.type === type) as Extract<RunEvent, { type: Type }>[];
}

/** The phases that people were shown, in their order. */
function phases({ events }: World): readonly string[] {
  let phase = firstPhase;
  const shown = events.map((event) => {
    phase = followPhase(phase, event);
    return shownPhase(phase);
  });
  return shown.filter((name, index) => name !== shown[index - 1]);
}

describe("a command that needs more than its sandbox", () => {
  verifies("approvals.command", "runs outside the sandbox once a person has accepted it", async () => {
    const path = outside();
    const person = somebody();
    const world = await startWorld(sequence(command(`touch ${path}`, escalated), message("Done")), person);
    const session = await world.open(asking);
    expect(session.facts.sandbox).toEqual({ tier: "read-only", network: false, approvals: "on-request" });
    const turn = runTurn(session, "Go");
    const { question, answer } = await person.next();
    expect(question).toMatchObject({ kind: "command", choices: ["accept", "decline", "cancel"] });
    expect(question.text).toContain(`touch ${path}`);
    expect(question.text).toContain(`in ${world.workspace}`);
    expect(question.text).toContain("May I write there?");
    expect(existsSync(path)).toBe(false);
    answer(accept);
    const outcome = await turn;
    expect(outcome).toMatchObject({ status: "completed", answer: "Done" });
    expect(outcome.escalations).toEqual([expect.stringContaining(`touch ${path}`)]);
    expect(existsSync(path)).toBe(true);
  });

  verifies("approvals.command", "writes beyond the working tree of a writing run as well", async () => {
    const path = outside();
    const script = sequence(command(`touch here ${path}`, escalated), message("Done"));
    const world = await startWorld(script, always(accept));
    const session = await world.open({ ...asking, tier: "workspace-write" });
    await runTurn(session, "Go");
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(world.workspace)).toEqual(["here"]);
  });

  verifies("approvals.command", "is asked for again when it comes again", async () => {
    const path = outside();
    const person = somebody();
    const same = command(`touch ${path}`, escalated);
    const world = await startWorld(sequence(same, same, message("Done")), person);
    const turn = runTurn(await world.open(asking), "Go");
    (await person.next()).answer(accept);
    (await person.next()).answer(decline);
    expect((await turn).escalations).toHaveLength(1);
    expect(lastOutput(world)).toMatch(/rejected by user/);
  });

  const refusals = [
    ["declined by a person", decline, "declined"],
    ["not answered in time", { decision: "decline", origin: "expiry" }, "declined"],
  ] as const;
  for (const [name, given, decision] of refusals) {
    verifies("approvals.command", `does not run when it is ${name}, and the turn goes on`, async () => {
      const path = outside();
      const script = sequence(command(`touch ${path}`, escalated), message("Then not"));
      const world = await startWorld(script, always(given));
      const outcome = await runTurn(await world.open(asking), "Go");
      expect(outcome).toMatchObject({ status: "completed", answer: "Then not" });
      expect(outcome.escalations).toBeUndefined();
      expect(existsSync(path)).toBe(false);
      expect(ofType(world, "request_answered")).toMatchObject([{ decision, origin: given.origin }]);
    });
  }

  for (const origin of ["pipe", "tool", "expiry"] as const) {
    verifies("approvals.person", `does not run when it was accepted by ${origin}`, async () => {
      const path = outside();
      const script = sequence(command(`touch ${path}`, escalated), message("Then not"));
      const world = await startWorld(script, always({ decision: "accept", origin }));
      const outcome = await runTurn(await world.open(asking), "Go");
      expect(outcome).toMatchObject({ status: "completed", answer: "Then not" });
      expect(outcome.escalations).toBeUndefined();
      expect(existsSync(path)).toBe(false);
      expect(ofType(world, "request_answered")).toMatchObject([
        { decision: "declined", origin, reason: expect.stringContaining("only a person") },
      ]);
    });
  }

  verifies("approvals.command", "ends the turn as cancelled when that is the answer", async () => {
    const path = outside();
    const script = sequence(command(`touch ${path}`, escalated), message("Never"));
    const world = await startWorld(script, always({ decision: "cancel", origin: "pipe" }));
    const outcome = await runTurn(await world.open(asking), "Go");
    expect(outcome).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
    expect(existsSync(path)).toBe(false);
    expect(world.model.requests).toHaveLength(1);
  });

  verifies("approvals.command", "is not put before anybody when it is too long to be judged", async () => {
    const person = somebody();
    const long = command(`true ${"x".repeat(20_000)}`, escalated);
    const world = await startWorld(sequence(long, message("Then not")), person);
    expect(await runTurn(await world.open(asking), "Go")).toMatchObject({ answer: "Then not" });
    expect(person.asked).toEqual([]);
    expect(ofType(world, "request_answered")).toMatchObject([
      { reason: expect.stringMatching(/characters/) },
    ]);
  });
});

describe("a patch", () => {
  const patch = (path: string) =>
    applyPatch(`*** Begin Patch\n*** Add File: ${path}\n+new line\n*** End Patch`);

  verifies(
    "approvals.patch",
    "outside the working tree is shown, and lands when a person accepts it",
    async () => {
      const path = outside();
      const person = somebody();
      const world = await startWorld(sequence(patch("here.txt"), patch(path), message("Done")), person);
      const session = await world.open({ ...asking, tier: "workspace-write" });
      const turn = runTurn(session, "Go");
      const { question, answer } = await person.next();
      expect(question.kind).toBe("patch");
      expect(question.text).toContain(`add ${path}`);
      expect(question.text).toContain("new line");
      answer(accept);
      expect((await turn).escalations).toEqual([`a change of ${path}`]);
      expect(existsSync(path)).toBe(true);
      expect(person.asked).toHaveLength(1);
    },
  );

  verifies("approvals.patch", "of a read-only run does not land when it is declined", async () => {
    const world = await startWorld(sequence(patch("here.txt"), message("Then not")), always(decline));
    const outcome = await runTurn(await world.open(asking), "Go");
    expect(outcome).toMatchObject({ status: "completed", answer: "Then not" });
    expect(lastOutput(world)).toBe("patch rejected by user");
    expect(readdirSync(world.workspace)).toEqual([]);
  });
});

describe("questions of the model", () => {
  const questions = askUser(
    { id: "way", question: "Which way?", options: ["left", "right"] },
    { id: "why", question: "And why?", options: ["habit", "hope"] },
  );

  for (const model of ["gpt-5.5", "gpt-6-astra"]) {
    verifies("approvals.question", `reach somebody, and the answers reach ${model}`, async () => {
      const person = somebody();
      const world = await startWorld(sequence(questions, message("Done")), person);
      const turn = runTurn(await world.open({ ...asking, model }), "Go");
      const { question, answer } = await person.next();
      expect(question).toEqual({
        kind: "question",
        text: "Which way?\nAnd why?",
        choices: [],
        questions: [
          { id: "way", text: "Which way?", choices: ["left", "right"] },
          { id: "why", text: "And why?", choices: ["habit", "hope"] },
        ],
      });
      answer({ decision: "accept", answers: { way: "left", why: "just so" }, origin: "pipe" });
      expect(await turn).toMatchObject({ status: "completed", answer: "Done" });
      expect(JSON.parse(lastOutput(world) ?? "")).toEqual({
        answers: { way: { answers: ["left"] }, why: { answers: ["just so"] } },
      });
      expect(JSON.stringify(ofType(world, "warning"))).not.toContain("nder-development");
    });
  }

  verifies(
    "approvals.question",
    "that nobody answers leave the model without an answer, and go on",
    async () => {
      const world = await startWorld(
        sequence(questions, message("Done")),
        always({ decision: "decline", origin: "expiry" }),
      );
      expect(await runTurn(await world.open(asking), "Go")).toMatchObject({ answer: "Done" });
      expect(JSON.parse(lastOutput(world) ?? "")).toEqual({ answers: {} });
      expect(ofType(world, "request_answered")).toMatchObject([{ decision: "not answered" }]);
    },
  );

  verifies("approvals.policy", "cannot be put in a run that does not ask", async () => {
    const world = await startWorld(sequence(questions, message("Done")), somebody());
    await runTurn(await world.open(), "Go");
    expect(lastOutput(world)).toMatch(/unavailable in Default mode/);
  });
});

describe("a run that does not ask", () => {
  const ways = [
    ["the options say never", { approvals: "never" }, somebody()],
    ["the options say nothing", {}, somebody()],
    ["nobody is there to be asked", asking, undefined],
  ] as const;
  for (const [name, options, person] of ways) {
    verifies(
      "approvals.policy",
      `refuses an escalation without a word to anybody, because ${name}`,
      async () => {
        const path = outside();
        const script = sequence(command(`touch ${path}`, escalated), message("Then not"));
        const world = await startWorld(script, person);
        const session = await world.open(options);
        expect(session.facts.sandbox.approvals).toBe("never");
        expect(await runTurn(session, "Go")).toMatchObject({ status: "completed", answer: "Then not" });
        expect(lastOutput(world)).toMatch(/approval policy is Never/);
        expect(person?.asked ?? []).toEqual([]);
        expect(existsSync(path)).toBe(false);
      },
    );
  }
});

verifies(
  "approvals.policy",
  "asking widens nothing else: the sandbox of a command that nobody was asked for",
  async () => {
    const world = await startWorld(sequence(command("touch here; true"), command("env"), message("Done")), {
      ...somebody(),
      environment: { DATABASE_LOGIN: "hunter2" },
    });
    await runTurn(await world.open(asking), "Go");
    expect(readdirSync(world.workspace)).toEqual([]);
    expect(JSON.stringify(world.model.requests)).not.toContain("hunter2");
    expect(world.model.requests[0]?.tools).not.toContain("web_search");
  },
);

verifies(
  "approvals.policy",
  "a thread that was opened without asking asks when it is resumed so, and the other way round",
  async () => {
    const path = outside();
    const person = always(accept);
    const world = await startWorld(
      sequence(message("One"), command(`touch ${path}`, escalated), message("Two")),
      person,
    );
    const first = await world.open({ ephemeral: false });
    await runTurn(first, "One");
    await first.close();
    const resumed = { ephemeral: false, resume: first.facts.thread };
    const second = await world.open({ ...resumed, ...asking });
    expect(second.facts.sandbox.approvals).toBe("on-request");
    expect(await runTurn(second, "Two")).toMatchObject({ answer: "Two", escalations: [expect.any(String)] });
    await second.close();
    expect((await world.open(resumed)).facts.sandbox.approvals).toBe("never");
  },
);

verifies(
  "approvals.policy",
  "a pin that this Codex ignores stops an asking run before any model call as well",
  async () => {
    const world = await startWorld(sequence(message("Never")), somebody());
    const renamed = pins.map((pin) =>
      pin.path.join(".") === "features.goals"
        ? { ...pin, path: ["features", "goals_of_another_codex"] }
        : pin,
    );
    await expect(world.open(asking, renamed)).rejects.toMatchObject({ report: { kind: "contract_changed" } });
    expect(world.model.requests).toHaveLength(0);
  },
);

verifies(
  "approvals.policy",
  "a thread never starts with the policy of its run, so that Codex has a change to confirm",
  async () => {
    const world = await startWorld(sequence(message("Never")), somebody());
    for (const [options, started] of [
      [asking, "never"],
      [{}, "on-request"],
    ] as const) {
      const { facts } = await world.open(options);
      const { parameters } = await planThread(world.server, readOnlyThread(world.workspace, options));
      expect(parameters.approvalPolicy).toBe(started);
      expect(facts.sandbox.approvals).not.toBe(started);
    }
  },
);

describe("a model that approves instead of a person", () => {
  verifies("approvals.policy", "in the user's own configuration is not asked", async () => {
    const person = always(decline);
    const script = sequence(command("true", escalated), message("Then not"));
    const home = { extraConfig: { approvals_reviewer: "auto_review" } };
    const world = await startWorld(script, { ...person, home });
    const session = await world.open(asking);
    expect(session.facts.sandbox.approvals).toBe("on-request");
    await runTurn(session, "Go");
    expect(person.asked).toHaveLength(1);
    expect(world.model.requests).toHaveLength(2);
  });

  verifies("approvals.policy", "is a mismatch where Codex reports one", () => {
    const options = { tier: "read-only", network: false, approvals: "ask" } as const;
    const policy = { type: "readOnly", networkAccess: false } as const;
    const mismatch = (reviewer: "user" | "auto_review", approvals: "on-request" | "never") =>
      sandboxMismatch(effectiveSandbox(policy, approvals, reviewer), options)?.report.message;
    expect(mismatch("user", "on-request")).toBeUndefined();
    expect(mismatch("auto_review", "on-request")).toMatch(/by auto_review/);
    expect(mismatch("user", "never")).toMatch(/approvals never/);
  });
});

describe("while a request is open", () => {
  verifies("approvals.recorded", "the run shows that it waits, and then what it did before", async () => {
    const person = somebody();
    const script = sequence(command("true", escalated), message("Done"));
    const world = await startWorld(script, person);
    const turn = runTurn(await world.open(asking), "Go");
    const { question, answer } = await person.next();
    const [opened] = ofType(world, "request_opened");
    expect(opened).toMatchObject({ kind: "command", text: question.text });
    expect(phases(world).at(-1)).toBe("waiting_approval");
    answer(accept);
    await turn;
    expect(ofType(world, "request_answered")).toMatchObject([
      { request: opened?.request, decision: "accepted", origin: "terminal", isFullAccess: true },
    ]);
    expect(phases(world)).toEqual([
      "starting",
      "thinking",
      "running_command",
      "waiting_approval",
      "running_command",
      "thinking",
      "verifying",
    ]);
  });

  verifies(
    "approvals.settled",
    "two threads of one server ask at once, and neither waits for the other",
    async () => {
      const person = somebody();
      const [red, blue] = [outside(), outside()];
      const script = byThread((first) =>
        asks("red")(first)
          ? sequence(command(`touch ${red}`, escalated), message("red done"))
          : sequence(command(`touch ${blue}`, escalated), message("blue done")),
      );
      const world = await startWorld(script, person);
      const [one, two] = await Promise.all([world.open(asking), world.open(asking)]);
      const first = runTurn(one, "Be red");
      const earlier = await person.next();
      const second = runTurn(two, "Be blue");
      (await person.next()).answer(accept);
      expect(await second).toMatchObject({ status: "completed", answer: "blue done" });
      expect([existsSync(red), existsSync(blue)]).toEqual([false, true]);
      earlier.answer(accept);
      expect(await first).toMatchObject({ status: "completed", answer: "red done" });
      expect(existsSync(red)).toBe(true);
    },
  );

  verifies(
    "approvals.settled",
    "a cancelled turn takes its request back, and the thread goes on",
    async () => {
      const person = somebody();
      const path = outside();
      const script = sequence(command(`touch ${path}`, escalated), message("Next"));
      const world = await startWorld(script, person);
      const session = await world.open(asking);
      const cancel = new AbortController();
      const turn = runTurn(session, "Go", { signal: cancel.signal });
      const { signal, answer } = await person.next();
      cancel.abort();
      const outcome = await turn;
      expect(outcome).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
      expect(outcome.unconfirmed).toBeUndefined();
      expect(signal.aborted).toBe(true);
      expect(ofType(world, "request_answered")).toMatchObject([{ decision: "withdrawn" }]);
      answer(accept);
      expect((await runTurn(session, "Next")).answer).toBe("Next");
      expect(existsSync(path)).toBe(false);
      expect(ofType(world, "request_answered")).toHaveLength(1);
    },
  );

  verifies("approvals.settled", "the wall clock ends the turn all the same", async () => {
    const person = somebody();
    const world = await startWorld(sequence(command("true", escalated), message("Never")), person);
    const clock = new HandClock();
    const turn = runTurn(await world.open(asking), "Go", { clock });
    const { signal } = await person.next();
    clock.timeOut(1_500);
    expect(await turn).toMatchObject({ error: { kind: "timeout" } });
    expect(signal.aborted).toBe(true);
  });

  verifies("approvals.settled", "a server that dies leaves nobody waiting", async () => {
    const person = somebody();
    const world = await startWorld(sequence(command("true", escalated), message("Never")), person);
    const turn = runTurn(await world.open(asking), "Go");
    const { signal } = await person.next();
    kill(world.pid);
    expect(await turn).toMatchObject({ status: "failed", error: { kind: "protocol" } });
    expect(signal.aborted).toBe(true);
  });

  verifies("approvals.settled", "a thread that is closed declines what is open", async () => {
    const person = somebody();
    const path = outside();
    const script = sequence(command(`touch ${path}`, escalated), message("Then not"));
    const world = await startWorld(script, person);
    const session = await world.open(asking);
    const turn = runTurn(session, "Go");
    const { signal } = await person.next();
    await session.close();
    expect(signal.aborted).toBe(true);
    await world.model.waitForRequest(2);
    expect(lastOutput(world)).toMatch(/rejected by user/);
    await world.server.close();
    await turn;
    expect(existsSync(path)).toBe(false);
  });

  verifies("approvals.settled", "an asker that fails declines", async () => {
    const script = sequence(command("true", escalated), message("Then not"));
    const world = await startWorld(script, {
      ask: () => {
        throw new Error("no terminal");
      },
    });
    expect(await runTurn(await world.open(asking), "Go")).toMatchObject({ answer: "Then not" });
    expect(ofType(world, "request_answered")).toMatchObject([
      { decision: "declined", reason: expect.stringContaining("no terminal") },
    ]);
  });

  verifies(
    "approvals.settled",
    "several requests of one turn are open at once, each with its own answer",
    async () => {
      const person = somebody();
      const [one, two] = [outside(), outside()];
      const both = items([command(`touch ${one}`, escalated), command(`touch ${two}`, escalated)]);
      const world = await startWorld(sequence(both, message("Done")), person);
      const turn = runTurn(await world.open(asking), "Go");
      // Codex runs them side by side, and asks in any order.
      for (const { question, answer } of [await person.next(), await person.next()]) {
        answer(question.text.includes(two) ? accept : decline);
      }
      await turn;
      expect([existsSync(one), existsSync(two)]).toEqual([false, true]);
    },
  );
});
