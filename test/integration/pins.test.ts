import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { ignoredPin, planThread } from "../../src/codex/app-server/thread-start.ts";
import type { ThreadOptions, TurnInput, TurnOutcome } from "../../src/codex/engine.ts";
import { type Pin, pins } from "../../src/codex/pins.ts";
import type { WatchdogLimits } from "../../src/codex/watchdog.ts";
import { dropStream, httpError, responseFailed, silence } from "../../src/rehearsal/faults.ts";
import { command, message } from "../../src/rehearsal/replies.ts";
import { type Entry, sequence } from "../../src/rehearsal/script.ts";
import { toolOutputs } from "../../src/rehearsal/tool-outputs.ts";
import {
  endWorldsAfterEach,
  runTurn,
  startWorld,
  type World,
  type WorldOptions,
} from "../support/app-server-world.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

endWorldsAfterEach();

/** How the violation of one pin is brought about and seen. */
interface Check {
  readonly world?: WorldOptions;
  readonly thread?: Partial<ThreadOptions>;
  readonly script?: Entry;
  readonly input?: TurnInput;
  /** Of the run without the pin; the other one has all the time that a busy machine needs. */
  readonly limits?: Partial<WatchdogLimits>;
  /** True when what the pin forbids has happened. Asked again for a while where it takes time. */
  readonly violated: (world: World, outcome: TurnOutcome) => boolean;
}

/** For a pin whose violation needs something that is not to be had here (a ChatGPT login). */
interface Unobservable {
  readonly observable: string;
}

interface Row {
  readonly pin: string;
  /** A new check each time: what it writes must not be seen by the next one. */
  readonly check: () => Check | Unobservable;
}

const review: TurnInput = { type: "review", target: { type: "uncommittedChanges" } };
const done = sequence(message("Done"));

const offers = (tool: string) => (world: World) =>
  world.model.requests.some(({ tools }) =>
    tools.some((name) => name === tool || name.startsWith(`${tool}.`)),
  );

const says = (text: string) => (world: World) =>
  world.model.requests.some(({ input }) => JSON.stringify(input).includes(text));

/** What the commands of the run have printed. */
function printed(world: World): string {
  return world.model.requests
    .flatMap(toolOutputs)
    .map(({ text }) => text)
    .join("\n");
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** A file that a program makes when it is started, outside of the sandbox. */
function canary(): { readonly path: string; readonly exists: () => boolean } {
  const path = join(makeHome("canary"), "was here");
  return { path, exists: () => existsSync(path) };
}

function skill(description: string): string {
  return `---\nname: chirp\ndescription: ${description}\n---\nChirp.\n`;
}

const provider = (table: Readonly<Record<string, unknown>>) => ({
  extraConfig: { model_providers: { rehearsal: table } },
});

/** One row a pin. Each check passes with the pin and must fail without it. */
const rows: readonly Row[] = [
  {
    pin: "sandbox_workspace_write.writable_roots",
    check: () => {
      const outside = makeHome("outside");
      return {
        world: { home: { extraConfig: { sandbox_workspace_write: { writable_roots: [outside] } } } },
        thread: { tier: "workspace-write" },
        script: sequence(command(`touch ${outside}/x; true`), message("Done")),
        violated: () => existsSync(join(outside, "x")),
      };
    },
  },
  { pin: "web_search", check: () => ({ violated: offers("web_search") }) },
  {
    pin: "shell_environment_policy.inherit",
    check: () => ({
      world: { environment: { DATABASE_LOGIN: "hunter2" } },
      script: sequence(command("env"), message("Done")),
      violated: (world) => printed(world).includes("hunter2"),
    }),
  },
  {
    pin: "shell_environment_policy.set",
    check: () => ({
      thread: { environment: { GREETING: "hello there" } },
      script: sequence(command("env"), message("Done")),
      violated: (world) => !printed(world).includes("GREETING=hello there"),
    }),
  },
  {
    pin: "shell_environment_policy.include_only",
    check: () => ({
      world: { home: { extraConfig: { shell_environment_policy: { include_only: ["PATH", "SH*"] } } } },
      script: sequence(command("env"), message("Done")),
      violated: (world) => !printed(world).includes("TANDEM_FAMILY="),
    }),
  },
  {
    pin: "allow_login_shell",
    check: () => ({
      world: { prepare: ({ home }) => write(join(home, ".bash_profile"), "export FROM_PROFILE=loaded\n") },
      script: sequence(command("echo profile=$FROM_PROFILE"), message("Done")),
      violated: (world) => printed(world).includes("profile=loaded"),
    }),
  },
  {
    pin: "features.shell_snapshot",
    check: () => ({
      script: sequence(command("true"), message("Done")),
      violated: ({ home }) =>
        existsSync(join(home, "shell_snapshots")) && readdirSync(join(home, "shell_snapshots")).length > 0,
    }),
  },
  {
    pin: "features.unbounded_connection_retries",
    check: () => ({
      world: { home: { baseUrl: "http://127.0.0.1:9/v1" } },
      limits: { timeoutMs: 2_500 },
      violated: (_world, outcome) => outcome.error?.kind === "timeout",
    }),
  },
  {
    pin: "model_providers.*.request_max_retries",
    check: () => ({
      world: { home: provider({ request_max_retries: 30 }) },
      script: httpError(503, undefined, { "retry-after": "0" }),
      violated: ({ model }) => model.requests.length > 5,
    }),
  },
  {
    pin: "model_providers.*.stream_max_retries",
    check: () => ({
      world: { home: provider({ stream_max_retries: 30 }) },
      script: responseFailed("rate_limit_exceeded", "Please try again in 0.01s."),
      violated: ({ model }) => model.requests.length > 6,
    }),
  },
  {
    pin: "model_providers.*.stream_idle_timeout_ms",
    check: () => ({
      observable:
        "Codex gives up a silent stream after 5 minutes, instead of the user's hour; checked with a smaller value below.",
    }),
  },
  {
    pin: "features.apps",
    check: () => ({ observable: "Connectors are offered with a ChatGPT login only." }),
  },
  {
    pin: "features.plugins",
    check: () => {
      const started = canary();
      return {
        world: {
          home: {
            extraConfig: { features: { plugins: true }, plugins: { "sample@test": { enabled: true } } },
          },
          prepare: ({ home }) => {
            const plugin = join(home, "plugins", "cache", "test", "sample", "local");
            const server = { command: "touch", args: [started.path] };
            write(join(plugin, ".codex-plugin", "plugin.json"), '{"name":"sample","version":"1.0.0"}');
            write(join(plugin, ".mcp.json"), JSON.stringify({ mcpServers: { sample: server } }));
            write(join(plugin, "skills", "chirp", "SKILL.md"), skill("speaks of marmots"));
          },
        },
        violated: (world) => started.exists() || says("speaks of marmots")(world),
      };
    },
  },
  {
    pin: "features.remote_plugin",
    check: () => ({ observable: "Remote plugins come with a ChatGPT login only." }),
  },
  {
    pin: "features.skill_mcp_dependency_install",
    check: () => ({
      observable: "Codex asks to install a skill's MCP servers only where somebody can be asked.",
    }),
  },
  { pin: "features.goals", check: () => ({ violated: offers("create_goal") }) },
  {
    pin: "agents.enabled",
    check: () => ({ thread: { model: "gpt-6-astra" }, violated: offers("collaboration") }),
  },
  {
    pin: "features.multi_agent_v2",
    check: () => ({
      world: { home: { extraConfig: { features: { multi_agent_v2: true } } } },
      violated: offers("collaboration"),
    }),
  },
  {
    pin: "features.sleep_tool",
    check: () => ({ thread: { model: "gpt-6-astra" }, violated: offers("clock") }),
  },
  {
    pin: "notify",
    check: () => {
      const started = canary();
      return {
        world: { home: { extraConfig: { notify: ["touch", started.path] } } },
        violated: started.exists,
      };
    },
  },
  {
    pin: "mcp_servers",
    check: () => {
      const started = canary();
      return {
        world: {
          home: { extraConfig: { mcp_servers: { "my-server": { command: "touch", args: [started.path] } } } },
        },
        violated: started.exists,
      };
    },
  },
  {
    pin: "projects",
    check: () => ({
      world: { repository: { "AGENTS.md": "Always speak of marmots.\n", "a.txt": "a\n" } },
      thread: { untrusted: true },
      input: review,
      violated: says("speak of marmots"),
    }),
  },
  {
    pin: "skills.include_instructions",
    check: () => ({
      world: {
        repository: { "a.txt": "a\n" },
        prepare: ({ workspace }) =>
          write(join(workspace, ".agents", "skills", "chirp", "SKILL.md"), skill("speaks of marmots")),
      },
      thread: { untrusted: true },
      violated: says("speaks of marmots"),
    }),
  },
];

function named(pin: string): Pin {
  const found = pins.find(({ path }) => path.join(".") === pin);
  if (found === undefined) throw new Error(`There is no pin ${pin}.`);
  return found;
}

/** The world after one turn under a table of pins. */
async function perform(
  check: Check,
  table: readonly Pin[],
  limits: Partial<WatchdogLimits> = {},
): Promise<() => boolean> {
  const world = await startWorld(check.script ?? done, check.world);
  const session = await world.open(check.thread, table);
  const outcome = await runTurn(session, check.input ?? "Go", {
    limits: { timeoutMs: 20_000, ...limits },
  });
  return () => check.violated(world, outcome);
}

verifies("codex.pins_complete", "every pin has exactly one row", () => {
  expect(rows.map(({ pin }) => pin).toSorted()).toEqual(pins.map(({ path }) => path.join(".")).toSorted());
});

describe.each(rows.map((row) => [row.pin, row] as const))("%s", (pin, row) => {
  const first = row.check();
  if ("observable" in first) {
    verifies(
      "codex.pins",
      `Codex knows the key; what it forbids cannot be seen here: ${first.observable}`,
      async () => {
        const hostile = provider({ stream_idle_timeout_ms: 3_600_000 });
        const world = await startWorld(done, { home: hostile });
        const session = await world.open();
        const path = pin.replace("*", "rehearsal");
        expect(session.pins.map((effective) => effective.path.join("."))).toContain(path);
        const warnings = world.events.filter(({ type }) => type === "warning");
        expect(JSON.stringify(warnings)).not.toContain(pin.split(".").at(-1));
        await runTurn(session, "Go");
        expect(world.model.requests).toHaveLength(1);
      },
    );
    return;
  }
  verifies("codex.pins", "holds with the pin, and is broken without it", async () => {
    const without = pins.filter((other) => other !== named(pin));
    const other = row.check() as Check;
    const [kept, broken] = await Promise.all([perform(first, pins), perform(other, without, other.limits)]);
    await expect.poll(broken).toBe(true);
    expect(kept()).toBe(false);
  });
});

verifies(
  "codex.pins",
  "the cap on a silent stream takes effect where the user's own limit is longer",
  async () => {
    const world = await startWorld(silence(message("Half")), {
      home: provider({ stream_idle_timeout_ms: 3_600_000 }),
    });
    const idle = named("model_providers.*.stream_idle_timeout_ms");
    const limits = { stallMs: 3_000 };
    const capped = await world.open({}, [
      ...pins.filter((pin) => pin !== idle),
      { ...idle, value: () => 300 },
    ]);
    expect((await runTurn(capped, "Go")).error?.kind).not.toBe("stalled");
    const open = await world.open(
      {},
      pins.filter((pin) => pin !== idle),
    );
    expect((await runTurn(open, "Go", { limits })).error?.kind).toBe("stalled");
  },
);

verifies("codex.pins", "a provider's own, lower limits are kept", async () => {
  const world = await startWorld(dropStream(), {
    home: provider({ request_max_retries: 1, stream_max_retries: 1, stream_idle_timeout_ms: 9_000 }),
  });
  const session = await world.open();
  expect(session.pins.filter(({ path }) => path[0] === "model_providers")).toEqual([]);
  await runTurn(session, "Go");
  expect(world.model.requests).toHaveLength(2);
});

verifies("codex.pins", "an MCP server that was asked for by name starts, the others do not", async () => {
  const [wanted, other] = [canary(), canary()];
  const world = await startWorld(done, {
    home: {
      extraConfig: {
        mcp_servers: {
          wanted: { command: "touch", args: [wanted.path] },
          other: { command: "touch", args: [other.path] },
        },
      },
    },
  });
  await runTurn(await world.open({ mcpServers: ["wanted"] }), "Go");
  await expect.poll(wanted.exists).toBe(true);
  expect(other.exists()).toBe(false);
});

verifies("codex.pins", "a review of an untrusted repository does not see its skills either", async () => {
  const world = await startWorld(done, {
    repository: { "a.txt": "a\n" },
    prepare: ({ workspace }) =>
      write(join(workspace, ".agents", "skills", "chirp", "SKILL.md"), skill("speaks of marmots")),
  });
  await runTurn(await world.open({ untrusted: true }), review);
  expect(world.model.requests).not.toHaveLength(0);
  expect(says("marmots")(world)).toBe(false);
});

describe("the parameters of a thread", () => {
  const hostile = { sandbox_mode: "danger-full-access", approval_policy: "on-request" } as const;

  /** One turn of a thread that is started as planned, but for one parameter. Gives how often a person was asked. */
  async function performWithout(
    world: World,
    left: "nothing" | "sandbox" | "approval policy",
  ): Promise<number> {
    const { parameters } = await planThread(world.server, baseOptions(world));
    const { sandbox: _sandbox, ...others } = parameters;
    const start = left === "sandbox" ? others : parameters;
    const { thread } = await world.server.request("thread/start", start);
    const threadId = thread.id;
    if (left !== "approval policy") {
      await world.server.request("thread/settings/update", { threadId, approvalPolicy: "never" });
    }
    let asked = 0;
    const ended = new Promise<void>((resolve) => {
      world.server.listen(threadId, {
        onNotification: ({ method }) => {
          if (method === "turn/completed") resolve();
        },
        onEvent: ({ type }) => {
          if (type === "request_answered") asked += 1;
        },
      });
    });
    const input = [{ type: "text" as const, text: "Go", text_elements: [] }];
    await world.server.request("turn/start", { threadId, input });
    await ended;
    return asked;
  }

  function baseOptions(world: World): ThreadOptions {
    return {
      cwd: world.workspace,
      tier: "read-only",
      network: false,
      ephemeral: true,
      untrusted: true,
      environment: {},
      mcpServers: [],
      overrides: [],
    };
  }

  verifies("codex.pins", "the sandbox: without it the user's full access would reach the run", async () => {
    const world = await startWorld(sequence(command("touch x.txt; true"), message("Done")), {
      home: { extraConfig: hostile },
    });
    await performWithout(world, "nothing");
    expect(readdirSync(world.workspace)).toEqual([]);
    await performWithout(world, "sandbox");
    expect(readdirSync(world.workspace)).toEqual(["x.txt"]);
  });

  verifies(
    "codex.pins",
    "the approval policy: without it the run would ask, and wait for a person",
    async () => {
      const world = await startWorld(
        sequence(command("touch x.txt", { escalated: { justification: "please" } }), message("Done")),
        { home: { extraConfig: hostile } },
      );
      expect(await performWithout(world, "nothing")).toBe(0);
      expect(await performWithout(world, "approval policy")).toBe(1);
      expect(readdirSync(world.workspace)).toEqual([]);
    },
  );
});

describe("a pin that this Codex ignores", () => {
  const renamed: readonly (readonly [string, readonly string[]])[] = [
    ["web_search", ["web_search_of_another_codex"]],
    ["features.goals", ["features", "goals_of_another_codex"]],
    ["agents.enabled", ["agents_of_another_codex", "enabled"]],
  ];
  for (const [pin, path] of renamed) {
    verifies(
      "codex.pin_ignored",
      `${pin} under another name is contract_changed before any model call`,
      async () => {
        const world = await startWorld(done);
        const table = pins.map((other) => (other === named(pin) ? { ...other, path } : other));
        await expect(world.open({}, table)).rejects.toMatchObject({
          report: { kind: "contract_changed", message: expect.stringContaining("another_codex") },
        });
        expect(world.model.requests).toHaveLength(0);
        const session = await world.open();
        expect((await runTurn(session, "Go")).answer).toBe("Done");
      },
    );
  }

  verifies("codex.pin_ignored", "an ignored key of the user's own file is none of ours", async () => {
    const world = await startWorld(done, { home: { extraConfig: { hologram: { enabled: true } } } });
    expect((await runTurn(await world.open(), "Go")).answer).toBe("Done");
  });

  verifies(
    "codex.overrides",
    "a key that this Codex does not know ends the run before any call",
    async () => {
      const world = await startWorld(done);
      for (const override of ["hologram_size=3", "hologram.size=3"]) {
        await expect(world.open({ overrides: [override] })).rejects.toMatchObject({
          report: { kind: "config_rejected", message: expect.stringContaining("does not know it") },
        });
      }
      expect(world.model.requests).toHaveLength(0);
    },
  );

  verifies("codex.overrides", "a key of a profile that this Codex does not know is told", async () => {
    const world = await startWorld(done);
    writeFileSync(join(world.home, "wide.config.toml"), "hologram_size = 3\n");
    expect((await runTurn(await world.open({ profile: "wide" }), "Go")).answer).toBe("Done");
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: "warning",
        isNotable: true,
        message: expect.stringContaining("hologram_size"),
      }),
    );
  });

  verifies("codex.pin_ignored", "is found by its whole path or a part of it, in whole lines only", () => {
    const effective = [{ path: ["features", "goals"], reason: "", value: false }];
    const line = (key: string) => `Codex is ignoring 1 setting.\n  session-flags: \`${key}\` is ignored.`;
    for (const key of ["features.goals", "features", "features.goals.more"]) {
      expect(ignoredPin(line(key), effective)).toBe(key);
    }
    for (const key of ["features.goal", "features.goals_x", "feature", "goals"]) {
      expect(ignoredPin(line(key), effective)).toBeUndefined();
    }
    expect(ignoredPin("user config: `features.goals` is ignored.", effective)).toBeUndefined();
    expect(
      ignoredPin("He said session-flags: `features.goals` is ignored. Or so.", effective),
    ).toBeUndefined();
  });
});
