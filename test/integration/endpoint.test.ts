import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, vi } from "vitest";
import { hang } from "../../src/rehearsal/faults.ts";
import { command, message } from "../../src/rehearsal/replies.ts";
import { type Entry, sequence } from "../../src/rehearsal/script.ts";
import { processesNaming } from "../support/app-server-world.ts";
import {
  type CliRunOptions,
  type CliWorld,
  type CliWorldOptions,
  filesBelow,
  startCliWorld,
} from "../support/cli-world.ts";
import { makeHome } from "../support/homes.ts";
import { onePixel } from "../support/images.ts";
import { kill } from "../support/kill.ts";
import {
  endRemoteWorldsAfterEach,
  type RemoteWorld,
  type RemoteWorldOptions,
  startRemoteWorld,
} from "../support/remote-world.ts";
import { verifies } from "../support/requirements.ts";
import { textOf } from "../support/stored-jobs.ts";
import { answered, found } from "../support/structured-answer.ts";

endRemoteWorldsAfterEach();

interface EndpointWorld extends CliWorld {
  readonly remote: RemoteWorld;
}

/** A user without any Codex, and an app-server of theirs that was started by somebody else. */
async function startEndpointWorld(
  script: Entry,
  options: RemoteWorldOptions,
  local: CliWorldOptions = {},
): Promise<EndpointWorld> {
  const remote = await startRemoteWorld(script, options);
  const world = await startCliWorld(() => message("never"), local);
  const elsewhere = (run: CliRunOptions = {}): CliRunOptions => ({
    ...run,
    environment: {
      TANDEM_CODEX: undefined,
      CODEX_HOME: join(world.home, "no-codex"),
      TANDEM_ENDPOINT: remote.address,
      ...run.environment,
    },
  });
  onTestFinished(async () => {
    await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 15_000, interval: 50 });
    expect(world.model.requests).toEqual([]);
  });
  return {
    ...world,
    remote,
    run: async (words, run) => world.run(words, elsewhere(run)),
    start: (words, run) => world.start(words, elsewhere(run)),
  };
}

function tokenFile(token: string): string {
  const path = join(makeHome("token"), "token");
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return path;
}

const changedFiles = {
  committed: { "a.txt": "one\ntwo\n" },
  changed: { "a.txt": "one\nTWO\n" },
};
const rejection = answered(found({ title: "Shouts" }));

describe("runs on an app-server elsewhere, without a Codex of this machine", () => {
  for (const listen of ["unix", "ws"] as const) {
    verifies("endpoint.runs", `(${listen}) a consultation is answered, and says where`, async () => {
      const script = sequence(command("cat a.txt"), message("It says one."));
      const world = await startEndpointWorld(script, { listen }, { committed: { "a.txt": "one\n" } });
      const { exitCode, envelope } = await world.run(["consult", "--json", "What does a.txt say?"]);
      expect(exitCode).toBe(0);
      expect(envelope).toMatchObject({
        ok: true,
        answer: "It says one.",
        run: {
          engine: "app-server",
          route: `all runs go to ${world.remote.address}`,
          codex: { path: world.remote.address, version: "0.169.0" },
          tier: "read-only",
          sandbox: { requested: "read-only", effective: "read-only" },
        },
      });
      expect(envelope.run?.warnings).toEqual([
        expect.stringMatching(`^Codex ran at ${world.remote.address}: .* could not be verified`),
      ]);
    });
  }

  verifies("endpoint.runs", "a review brings the change along and has its verdict", async () => {
    const world = await startEndpointWorld(message(rejection), { listen: "unix" }, changedFiles);
    const { exitCode, envelope } = await world.run(["review", "--json"]);
    expect(exitCode).toBe(0);
    expect(envelope).toMatchObject({
      verdict: "fail",
      findings: [{ title: "Shouts", anchor: "exact" }],
      coverage: { status: "complete", basis: "gathered" },
    });
    expect(JSON.stringify(world.remote.model.requests[0])).toContain("+TWO");
  });

  verifies(
    "endpoint.runs",
    "by way of the broker a thread is continued there, and its list is that of there",
    async () => {
      const script = sequence(message("One."), message("Two."));
      const world = await startEndpointWorld(script, { listen: "ws", token: "s3cret" });
      const environment = {
        TANDEM_DIRECT: undefined,
        TANDEM_BROKER_IDLE: "1s",
        TANDEM_ENDPOINT_TOKEN_FILE: tokenFile("s3cret"),
      };
      const first = await world.run(["task", "--json", "Begin"], { environment });
      expect(first.envelope).toMatchObject({ answer: "One." });
      const thread = first.envelope.run?.thread ?? "";
      const second = await world.run(["reply", "--json", first.envelope.job?.id ?? "", "Go on"], {
        environment,
      });
      expect(second.envelope).toMatchObject({ answer: "Two.", run: { thread } });
      const { envelope } = await world.run(["threads", "--json"], { environment });
      expect(envelope.threads?.map(({ id }) => id)).toEqual([thread]);
      const stored = filesBelow(world.stateRoot).filter((path) => !path.endsWith("socket"));
      // The broker is about to end, and takes its own along.
      for (const path of stored) {
        expect(textOf(join(world.stateRoot, path)) ?? "", path).not.toContain("s3cret");
      }
    },
  );

  verifies("endpoint.runs", "an image goes along as bytes", async () => {
    const world = await startEndpointWorld(message("A dot."), { listen: "unix" });
    writeFileSync(join(world.workspace, "dot.png"), onePixel.png);
    const { envelope } = await world.run(["consult", "--json", "--image", "dot.png", "What is it?"]);
    expect(envelope).toMatchObject({ ok: true, answer: "A dot." });
    const [request] = world.remote.model.requests;
    expect(JSON.stringify(request)).toContain("data:image/png;base64,");
    expect(JSON.stringify(request)).not.toContain(join(world.workspace, "dot.png"));
  });

  verifies("endpoint.runs", "a model that is not known there is refused", async () => {
    const world = await startEndpointWorld(message("never"), { listen: "unix" });
    const { envelope } = await world.run(["consult", "--json", "--effort", "absurd", "Hello?"]);
    expect(envelope.error?.kind).toBe("model_unavailable");
    expect(world.remote.model.requests).toEqual([]);
  });

  verifies("endpoint.runs", "a rehearsal stays here", async () => {
    const world = await startEndpointWorld(message("never"), { listen: "unix" });
    const { envelope } = await world.run(["consult", "--json", "--rehearse", "Hello?"]);
    expect(envelope.error?.kind).toBe("codex_not_installed");
    expect(world.remote.model.requests).toEqual([]);
  });
});

describe("status", () => {
  verifies("endpoint.status", "shows the endpoint, and the version that it told", async () => {
    const world = await startEndpointWorld(message("never"), { listen: "ws" });
    const { exitCode, envelope } = await world.run(["status", "--json"]);
    expect(exitCode).toBe(0);
    expect(envelope).toMatchObject({
      ok: true,
      readiness: {
        codex: { path: world.remote.address, version: "0.169.0", range: "tested" },
        login: { kind: "elsewhere" },
        defaults: { endpoint: { value: world.remote.address, origin: "TANDEM_ENDPOINT" } },
        problems: [],
      },
    });
  });

  verifies(
    "endpoint.status",
    "says what stands in the way, and shows no secret of a bad address",
    async () => {
      const world = await startEndpointWorld(message("never"), { listen: "ws" });
      const environment = { TANDEM_ENDPOINT: "wss://me:s3cret@host/?token=s3cret" };
      const { exitCode, envelope, stdout } = await world.run(["status", "--json"], { environment });
      expect(exitCode).toBe(3);
      expect(envelope).toMatchObject({ ok: false, readiness: { problems: [{ kind: "usage" }] } });
      expect(stdout).not.toContain("s3cret");
      const gone = await world.run(["status", "--json"], {
        environment: { TANDEM_ENDPOINT: `unix://${world.home}/none.sock` },
      });
      expect(gone.exitCode).toBe(3);
      expect(gone.envelope.readiness).toMatchObject({
        codex: { path: `unix://${world.home}/none.sock` },
        problems: [{ kind: "network_unreachable" }],
      });
    },
  );
});

describe("what keeps a run from starting", () => {
  const cases: readonly [
    what: string,
    words: readonly string[],
    environment: Readonly<Record<string, string>>,
    expected: readonly [exitCode: number, kind: string, message: RegExp, repair: RegExp],
  ][] = [
    [
      "nonsense for an address",
      ["consult"],
      { TANDEM_ENDPOINT: "codex.example:1" },
      [2, "usage", /no address of an app-server/, /unix:\/\/\/absolute\/path/],
    ],
    [
      "a relative socket",
      ["consult"],
      { TANDEM_ENDPOINT: "unix://codex.sock" },
      [2, "usage", /no absolute path/, /three slashes/],
    ],
    [
      "nobody there",
      ["consult"],
      { TANDEM_ENDPOINT: "ws://127.0.0.1:1" },
      [4, "network_unreachable", /ECONNREFUSED/, /Check that it runs/],
    ],
    ["a run that may write", ["task", "--write"], {}, [2, "usage", /cannot write/, /TANDEM_ENDPOINT=none/]],
    [
      "a person who would be asked",
      ["task", "--approvals", "ask"],
      {},
      [2, "usage", /cannot ask for approvals/, /TANDEM_ENDPOINT=none/],
    ],
    [
      "the other engine",
      ["consult", "--engine", "exec"],
      {},
      [2, "usage", /exec runs on this machine only/, /TANDEM_ENDPOINT=none/],
    ],
    [
      "the other engine by a setting",
      ["consult"],
      { TANDEM_ENGINE: "exec" },
      [2, "usage", /exec runs on this machine only/, /TANDEM_ENDPOINT=none/],
    ],
    [
      "an isolation",
      ["consult", "--isolation", "ignore-rules"],
      {},
      [2, "usage", /ignore-rules is known to codex exec/, /TANDEM_ENDPOINT=none/],
    ],
    [
      "no token",
      ["consult"],
      {},
      [2, "usage", /asks for a token \(HTTP 401\)/, /TANDEM_ENDPOINT_TOKEN_FILE/],
    ],
  ];
  for (const [what, [name = "", ...options], environment, [exitCode, kind, says, repair]] of cases) {
    verifies("endpoint.refused", `${what}: ${kind}, no job, nothing spent`, async () => {
      const world = await startEndpointWorld(message("never"), { listen: "ws", token: "s3cret" });
      const result = await world.run([name, "--json", ...options, "Hello?"], { environment });
      expect(result.envelope.error).toMatchObject({
        kind,
        message: expect.stringMatching(says),
        repair: { say: expect.stringMatching(repair) },
      });
      expect(result.exitCode).toBe(exitCode);
      expect(world.records()).toEqual([]);
      expect(world.remote.model.requests).toEqual([]);
    });
  }

  verifies("endpoint.refused", "Codex's own reviewer: it would read another tree", async () => {
    const world = await startEndpointWorld(message("never"), { listen: "unix" }, changedFiles);
    const { exitCode, envelope } = await world.run(["review", "--json", "--native-only"]);
    expect([exitCode, envelope.error?.kind]).toEqual([2, "usage"]);
    expect(envelope.error?.message).toContain("would gather the change there");
    expect(world.remote.model.requests).toEqual([]);
  });

  verifies("endpoint.token", "a wrong token is told, and shown nowhere", async () => {
    const world = await startEndpointWorld(message("never"), { listen: "ws", token: "s3cret" });
    const environment = { TANDEM_ENDPOINT_TOKEN_FILE: tokenFile("wr0ng") };
    const { exitCode, envelope, stdout, stderr } = await world.run(["consult", "--json", "Hello?"], {
      environment,
    });
    expect([exitCode, envelope.error?.kind]).toEqual([2, "usage"]);
    expect(envelope.error?.message).toContain("does not accept the token (HTTP 401)");
    expect(stdout + stderr).not.toMatch(/wr0ng|s3cret/);
  });
});

describe("who names the endpoint", () => {
  verifies("endpoint.settings", "the user file does, and `none` takes it away for one run", async () => {
    const world = await startEndpointWorld(message("Hello."), { listen: "ws", token: "s3cret" });
    const file = join(makeHome("settings"), "config.toml");
    writeFileSync(
      file,
      `endpoint = ${JSON.stringify(world.remote.address)}\nendpoint_token_file = ${JSON.stringify(tokenFile("s3cret"))}\napprovals = "ask"\n`,
    );
    const environment = { TANDEM_CONFIG: file, TANDEM_ENDPOINT: undefined };
    const { envelope } = await world.run(["consult", "--json", "Hello?"], { environment });
    expect(envelope).toMatchObject({ answer: "Hello.", run: { codex: { path: world.remote.address } } });
    const here = await world.run(["consult", "--json", "Hello?"], {
      environment: { ...environment, TANDEM_ENDPOINT: "none" },
    });
    expect(here.envelope.error?.kind).toBe("codex_not_installed");
  });

  verifies(
    "endpoint.settings",
    "a variable does not lead the user file's token to another server",
    async () => {
      const world = await startEndpointWorld(message("never"), { listen: "ws", token: "s3cret" });
      const file = join(makeHome("settings"), "config.toml");
      writeFileSync(file, `endpoint_token_file = ${JSON.stringify(tokenFile("s3cret"))}\n`);
      const { envelope } = await world.run(["consult", "--json", "Hello?"], {
        environment: { TANDEM_CONFIG: file },
      });
      expect(envelope.error?.message).toContain("asks for a token");
    },
  );

  verifies("endpoint.settings", "a project does not", async () => {
    const world = await startEndpointWorld(message("Hello."), { listen: "unix" }, { committed: {} });
    mkdirSync(join(world.workspace, ".tandem"));
    writeFileSync(join(world.workspace, ".tandem", "config.toml"), 'endpoint = "ws://127.0.0.1:1"\n');
    const { envelope } = await world.run(["consult", "--json", "Hello?"]);
    expect(envelope).toMatchObject({ answer: "Hello." });
    expect(envelope.run?.warnings[0]).toContain("a project may not set endpoint");
  });
});

describe("a run that ends before its turn", () => {
  const script = () => sequence(command("sleep 1002"), message("never"));

  verifies("endpoint.runs", "because it is cancelled leaves no command there", async () => {
    const world = await startEndpointWorld(script(), { listen: "unix" });
    const consult = world.start(["consult", "--json", "Hello?"]);
    const id = await consult.job;
    await vi.waitFor(() => expect(processesNaming(world.workspace).join()).toContain("sleep 1002"));
    await world.run(["cancel", id]);
    const { exitCode, envelope } = await consult.ended;
    expect([exitCode, envelope.error?.kind]).toEqual([130, "cancelled"]);
    // Codex there has been told to end it; the system takes a moment to carry that out.
    await vi.waitFor(() => expect(processesNaming(world.workspace)).toEqual([]));
  });

  verifies("endpoint.lost", "because its owner died says that the thread may go on there", async () => {
    const world = await startEndpointWorld(script(), { listen: "ws" });
    const consult = world.start(["consult", "--json", "Hello?"]);
    const id = await consult.job;
    await vi.waitFor(() => expect(processesNaming(world.workspace).join()).toContain("sleep 1002"));
    await vi.waitFor(() => expect(world.records()[0]?.thread).toBeDefined());
    const [{ owner, thread } = {}] = world.records();
    kill(owner?.pid);
    const { envelope } = await consult.ended;
    expect(envelope).toMatchObject({ job: { id }, error: { kind: "broker_lost" }, run: { thread } });
    expect(envelope.run?.warnings.at(-1)).toBe(`Thread ${thread} may go on at ${world.remote.address}.`);
    world.remote.kill();
  });
});

describe("a server that dies in the middle of a turn", () => {
  verifies("endpoint.lost", "ends the job with a typed error, the thread and what had arrived", async () => {
    const script = sequence(command("cat a.txt"), hang());
    const world = await startEndpointWorld(script, { listen: "ws" }, { committed: { "a.txt": "one\n" } });
    const consult = world.start(["consult", "--json", "Hello?"]);
    const id = await consult.job;
    await world.remote.model.waitForRequest(2);
    world.remote.kill();
    const { exitCode, envelope } = await consult.ended;
    expect(exitCode).toBe(4);
    const thread = envelope.run?.thread ?? "none";
    expect(envelope).toMatchObject({
      ok: false,
      job: { id, status: "failed" },
      error: {
        kind: "network_unreachable",
        details: { thread },
        message: expect.stringContaining(`thread ${thread} may go on there`),
      },
      run: { engine: "app-server", codex: { path: world.remote.address } },
    });
    expect(thread).toMatch(/^[0-9a-f-]{36}$/);
    expect(world.storedResult(id)).toMatchObject({ error: { kind: "network_unreachable" } });
  });
});
