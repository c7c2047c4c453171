import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import type { RunEvent } from "../../../src/domain/events.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { processesNaming, runTurn } from "../../support/app-server-world.ts";
import { makeHome } from "../../support/homes.ts";
import { onePixel } from "../../support/images.ts";
import {
  endProxiesAfterEach,
  endRemoteWorldsAfterEach,
  startProxy,
  startRemoteWorld,
} from "../../support/remote-world.ts";
import { verifies } from "../../support/requirements.ts";

endRemoteWorldsAfterEach();
endProxiesAfterEach();

const quiet = { emit: () => undefined };

function tokenFile(token: string): string {
  const path = join(makeHome("token"), "token");
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return path;
}

describe("an app-server elsewhere", () => {
  for (const listen of ["ws", "unix"] as const) {
    verifies(
      "endpoint.turns",
      `(${listen}) runs a turn, commands included, and is left running`,
      async () => {
        const world = await startRemoteWorld(sequence(command("echo here"), message("Done")), { listen });
        const engine = await world.engine();
        const events: RunEvent[] = [];
        const session = await engine.openThread(world.options(), { emit: (event) => events.push(event) });
        expect(await runTurn(session, "Go")).toMatchObject({ status: "completed", answer: "Done" });
        expect(session.facts.sandbox).toMatchObject({
          tier: "read-only",
          network: false,
          approvals: "never",
        });
        expect(events.map(({ type }) => type)).toContain("command_completed");
        expect([engine.child, session.child]).toEqual([undefined, undefined]);
        await engine.close();
        const again = await world.engine();
        expect((await runTurn(await again.openThread(world.options(), quiet), "Go")).status).toBe(
          "completed",
        );
      },
    );
  }

  verifies("endpoint.turns", "gets the pins and the environment of the run, but no PATH", async () => {
    const script = sequence(command('echo "$OWN" "${SECRET-none}" "$PATH"'), message("Done"));
    const world = await startRemoteWorld(script, { listen: "unix" });
    const engine = await world.engine();
    const output: (string | undefined)[] = [];
    const session = await engine.openThread(
      world.options({ environment: { OWN: "mine", PATH: "/nowhere" } }),
      {
        emit: (event) => {
          if (event.type === "command_completed") output.push(event.output);
        },
      },
    );
    expect((await runTurn(session, "Go")).status).toBe("completed");
    expect(output).toEqual([expect.stringMatching(/^mine none \//)]);
    expect(output.join()).not.toContain("/nowhere");
    expect(session.pins.map(({ path }) => path.join("."))).toContain("shell_environment_policy.inherit");
    expect(readFileSync(join(world.home, "config.toml"), "utf8")).not.toContain(world.workspace);
  });

  verifies("endpoint.turns", "continues a thread, and runs many at once on one link", async () => {
    const world = await startRemoteWorld(sequence(message("One"), message("Two")), { listen: "ws" });
    const engine = await world.engine();
    const sessions = await Promise.all(
      Array.from({ length: 4 }, async () => engine.openThread(world.options({ ephemeral: false }), quiet)),
    );
    const outcomes = await Promise.all(sessions.map(async (session) => runTurn(session, "Go")));
    expect(outcomes.map(({ answer }) => answer)).toEqual(["One", "One", "One", "One"]);
    await engine.close();
    const later = await world.engine();
    const resume = sessions[0]?.facts.thread ?? "";
    const session = await later.openThread(world.options({ ephemeral: false, resume }), quiet);
    expect((await runTurn(session, "Go on")).answer).toBe("Two");
  });

  verifies("endpoint.turns", "gets the bytes of an image and not a path of this machine", async () => {
    const world = await startRemoteWorld(message("Seen"), { listen: "ws" });
    const path = join(makeHome("image"), "dot.png");
    writeFileSync(path, onePixel.png);
    const session = await (await world.engine()).openThread(world.options(), quiet);
    const outcome = await runTurn(session, { type: "prompt", text: "Look", images: [path] });
    expect(outcome.status).toBe("completed");
    expect(JSON.stringify(world.model.requests[0])).toContain("data:image/png;base64,");
    writeFileSync(path, "no image");
    const refused = await runTurn(session, { type: "prompt", text: "Look", images: [path] });
    expect(refused.error?.kind).toBe("input_unreadable");
  });
});

describe("the token", () => {
  verifies("endpoint.token", "is sent, and a right one lets the run in", async () => {
    const world = await startRemoteWorld(message("Hello"), { listen: "ws", token: "s3cret-token" });
    const engine = await world.engine({ tokenFile: tokenFile("s3cret-token") });
    const session = await engine.openThread(world.options(), quiet);
    expect((await runTurn(session, "Go")).answer).toBe("Hello");
    expect(JSON.stringify(world.events)).not.toContain("s3cret");
  });

  verifies(
    "endpoint.token",
    "that is wrong or missing is a usage error that names the variable",
    async () => {
      const world = await startRemoteWorld(message("never"), { listen: "ws", token: "s3cret-token" });
      const hint = { say: expect.stringContaining("TANDEM_ENDPOINT_TOKEN_FILE") };
      await expect(world.engine({ tokenFile: tokenFile("another") })).rejects.toMatchObject({
        report: {
          kind: "usage",
          message: expect.stringMatching(/does not accept the token \(HTTP 401\)/),
          repair: hint,
        },
      });
      await expect(world.engine()).rejects.toMatchObject({
        report: { kind: "usage", message: expect.stringContaining("asks for a token"), repair: hint },
      });
      expect(world.model.requests).toEqual([]);
    },
  );
});

describe("what cannot be verified elsewhere", () => {
  verifies("endpoint.read_only", "keeps a run from writing, asking and profiles", async () => {
    const world = await startRemoteWorld(message("never"), { listen: "unix" });
    const engine = await world.engine();
    const wishes = [
      { tier: "workspace-write" as const },
      { tier: "danger-full-access" as const },
      { approvals: "ask" as const },
      { profile: "mine" },
    ];
    for (const wish of wishes) {
      await expect(engine.openThread(world.options(wish), quiet)).rejects.toMatchObject({
        report: {
          kind: "usage",
          message: expect.stringContaining(world.address),
          repair: { say: expect.stringContaining("TANDEM_ENDPOINT=none") },
        },
      });
    }
    expect(world.model.requests).toEqual([]);
  });

  verifies("endpoint.read_only", "is said in the result", async () => {
    const world = await startRemoteWorld(message("Hello"), { listen: "unix" });
    const notable: string[] = [];
    const engine = await world.engine();
    await engine.openThread(world.options(), {
      emit: (event) => {
        if (event.type === "warning" && event.isNotable === true) notable.push(event.message);
      },
    });
    expect(notable).toEqual([expect.stringContaining("could not be verified")]);
    expect(notable[0]).toContain(world.address);
  });

  verifies("endpoint.read_only", "does not let the model write there either", async () => {
    const script = sequence(command("touch there; git add -A"), message("Done"));
    const world = await startRemoteWorld(script, { listen: "ws", repository: { "a.txt": "a\n" } });
    const session = await (await world.engine()).openThread(world.options(), quiet);
    expect((await runTurn(session, "Go")).blockedWrites).toHaveLength(1);
    const status = execFileSync("git", ["status", "--porcelain"], { cwd: world.workspace, encoding: "utf8" });
    expect(status).toBe("");
  });

  verifies(
    "endpoint.read_only",
    "a folder that is not there is refused before anything is spent",
    async () => {
      const world = await startRemoteWorld(message("never"), { listen: "ws" });
      const engine = await world.engine();
      const cwd = join(world.workspace, "missing");
      await expect(engine.openThread(world.options({ cwd }), quiet)).rejects.toMatchObject({
        report: { kind: "usage", message: expect.stringContaining(cwd) },
      });
      mkdirSync(cwd);
      expect((await engine.openThread(world.options({ cwd }), quiet)).facts.thread).not.toBe("");
    },
  );
});

describe("a link that is lost", () => {
  const cases = [
    ["cut", "the connection broke"],
    ["frozen", "no sign of life"],
  ] as const;
  for (const [how, words] of cases) {
    verifies(
      "endpoint.lost",
      `(${how}) in the middle of a turn ends it with the thread's name; the server and its turn go on`,
      async () => {
        const held = gate();
        const script = sequence(
          command("sleep 1001", { yieldTimeMs: 250 }),
          message("There", { after: held }),
        );
        const world = await startRemoteWorld(script, { listen: "ws" });
        const proxy = await startProxy(world.address);
        const engine = await world.engine({
          address: proxy.address,
          // Codex has this long for its answer before the link is frozen as well.
          timing: { handshakeMs: 10_000, pingMs: how === "cut" ? 60_000 : 2_000, closeMs: 100 },
        });
        const session = await engine.openThread(world.options({ ephemeral: false }), quiet);
        const turn = runTurn(session, "Go");
        await world.model.waitForRequest(2);
        if (how === "cut") proxy.cut();
        else proxy.freeze();
        const { status, error, usage } = await turn;
        expect([status, error?.kind, usage?.inputTokens]).toEqual(["failed", "network_unreachable", 100]);
        expect(error?.message).toContain(words);
        expect(error?.message).toContain(`thread ${session.facts.thread} may go on there`);
        await engine.close();
        expect(processesNaming(world.workspace).join()).toContain("sleep 1001");
        held.open();
        const later = await world.engine();
        await vi.waitFor(async () => {
          const resume = session.facts.thread;
          const again = await later.openThread(world.options({ ephemeral: false, resume }), quiet);
          expect((await runTurn(again, "Go on")).status).toBe("completed");
        });
      },
    );
  }

  verifies("endpoint.lost", "before a turn is network_unreachable, with nothing spent", async () => {
    const world = await startRemoteWorld(message("never"), { listen: "ws" });
    const proxy = await startProxy(world.address);
    const engine = await world.engine({ address: proxy.address });
    proxy.cut();
    const expected = {
      report: { kind: "network_unreachable", message: expect.stringContaining(proxy.address) },
    };
    await expect(engine.openThread(world.options(), quiet)).rejects.toMatchObject(expected);
    await expect(engine.checkModel({ model: "gpt-5.5" })).rejects.toMatchObject(expected);
    expect(world.model.requests).toEqual([]);
  });
});
