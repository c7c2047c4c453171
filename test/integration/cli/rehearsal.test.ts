import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { message } from "../../../src/rehearsal/replies.ts";
import { type CliRunOptions, type CliWorld, filesBelow, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";

const files = { committed: { "a.txt": "one\n" }, changed: { "a.txt": "two\n" } };

/** A person without any Codex home, with keys that belong to other programs, and with a temp folder of their own. */
async function startPerson(): Promise<{
  readonly world: CliWorld;
  readonly person: CliRunOptions;
}> {
  const world = await startCliWorld(() => message("Nobody asks me."), files);
  const temp = join(world.home, "temp");
  await mkdir(temp);
  const environment = {
    CODEX_HOME: undefined,
    TMPDIR: temp,
    OPENAI_API_KEY: "sk-not-a-real-key-of-anybody-000000000000",
    CODEX_API_KEY: "sk-not-a-real-key-of-anybody-111111111111",
    HTTP_PROXY: world.model.baseUrl,
    ALL_PROXY: world.model.baseUrl,
  };
  return { world, person: { environment } };
}

describe("tandem demo", () => {
  verifies(
    "cli.rehearsal",
    "shows a review and a consultation without login, and leaves nothing but its two jobs",
    async () => {
      const { world, person } = await startPerson();
      const { exitCode, stdout, stderr } = await world.run(["demo"], person);
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/^job \S+\njob \S+\n$/);
      expect(stdout).toContain("$ tandem review --rehearse");
      expect(stdout).toContain("REHEARSAL: scripted model, not a real review");
      expect(stdout).toContain("REHEARSAL: scripted model, not a real answer");
      expect(stdout).toMatch(
        /1\. high {2}Keep the time that has not earned a whole token\n +src\/rate-limiter\.js:\d+/,
      );
      expect(world.records()).toMatchObject([
        { kind: "review", status: "succeeded", rehearsal: true },
        { kind: "consult", status: "succeeded", rehearsal: true },
      ]);
      await leavesNothing(world);
    },
  );
});

describe("--rehearse", () => {
  verifies("cli.rehearsal", "marks the result of every run, in text, as JSON and in the lists", async () => {
    const { world, person } = await startPerson();
    const [reviewText, review, consultText, consult] = await Promise.all([
      world.run(["review", "--rehearse"], person),
      world.run(["review", "--rehearse", "--json"], person),
      world.run(["consult", "--rehearse", "Q"], person),
      world.run(["consult", "--rehearse", "--json", "Q"], person),
    ]);
    expect([reviewText, review, consultText, consult].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    expect(reviewText.stdout).toMatch(/^REHEARSAL: scripted model, not a real review\n/);
    expect(consultText.stdout).toMatch(/^REHEARSAL: scripted model, not a real answer\n/);
    for (const { envelope } of [review, consult]) {
      expect(envelope).toMatchObject({ ok: true, run: { rehearsal: true }, job: { rehearsal: true } });
    }
    // A scripted model approves of nothing.
    expect(review.envelope.verdict).toBe("none");
    expect(consult.envelope.answer).toContain("no real model has read the question");
    const [text, json] = await Promise.all([
      world.run(["status"], person),
      world.run(["status", "--json"], person),
    ]);
    expect(text.stdout.match(/\[rehearsal\]/g)).toHaveLength(4);
    expect(json.envelope.jobs?.map(({ rehearsal }) => rehearsal)).toEqual([true, true, true, true]);
    await leavesNothing(world);
  });

  verifies(
    "cli.rehearsal",
    "cannot be led to a provider, and no setting of the person's own Codex stands in its way",
    async () => {
      const { world, person } = await startPerson();
      const ways = [
        ["-c", 'model_provider="openai"'],
        ["-c", `model_providers.mine={name="mine",base_url="${world.model.baseUrl}"}`],
        ["-c", `openai_base_url="${world.model.baseUrl}"`],
        ["--profile", "mine"],
        ["--isolation", "ignore-config"],
      ];
      const refused = await Promise.all(
        ways.map(async (words) => world.run(["consult", "--rehearse", "--json", "Q", ...words], person)),
      );
      expect(refused.map(({ exitCode }) => exitCode)).toEqual(ways.map(() => 2));
      const settings = { TANDEM_PROFILE: "mine", TANDEM_ISOLATION: "ignore-config", TANDEM_EFFORT: "low" };
      const run = await world.run(["consult", "--rehearse", "--json", "Q"], {
        environment: { ...person.environment, ...settings },
      });
      expect(run.envelope).toMatchObject({ ok: true, run: { rehearsal: true, provider: "rehearsal" } });
      await leavesNothing(world);
    },
  );
});

/** Nobody was asked but the scripted model, and nothing is left of it. */
async function leavesNothing(world: CliWorld): Promise<void> {
  // The process of the run takes its home away after its result is there.
  await vi.waitFor(() => expect(filesBelow(join(world.stateRoot, "rehearsal"))).toEqual([]), {
    interval: 20,
  });
  expect(world.model.requests).toEqual([]);
  expect(filesBelow(join(world.stateRoot, "rehearsal"))).toEqual([]);
  // The lock of Codex's sandbox is the same file for all of its runs.
  const left = filesBelow(world.home).filter((path) => !path.includes("codex-bwrap-"));
  expect(left).toEqual([]);
  await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
}
