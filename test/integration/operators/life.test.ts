import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { hang } from "../../../src/rehearsal/faults.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { byThread, sequence } from "../../../src/rehearsal/script.ts";
import { startBrokerWorld } from "../../support/broker-world.ts";
import { inTurn, startCliWorld } from "../../support/cli-world.ts";
import { deferred } from "../../support/deferred.ts";
import { kill } from "../../support/kill.ts";
import { verifies } from "../../support/requirements.ts";
import { addUserOperator, madeBy, operatorText, rowOf, saysOk, scratchPathsIn } from "./support.ts";

const changed = { "in.csv": "a,b\n1,2\n" };
const run = ["operator", "run", "transform", "--json", "--input=input=in.csv"];

describe("operators", () => {
  verifies(
    "operator.apart",
    "run twenty at once, each for itself",
    async () => {
      const script = () =>
        byThread((first) => {
          const [path = ""] = scratchPathsIn(first);
          const name = /(\d+)\.txt$/.exec(path)?.[1];
          return sequence(command(`printf 'this is ${name}' > '${path}'`), message(saysOk));
        });
      const world = await startCliWorld(script, { changed });
      const numbers = Array.from({ length: 20 }, (_, index) => index);
      const started = await inTurn(numbers, 4, async (number) =>
        world.run([...run, `--input=output=${number}.txt`, "--background"]),
      );
      const ids = started.map(({ envelope }) => envelope.job?.id ?? "");
      expect(new Set(ids).size).toBe(20);
      const { exitCode } = await world.run(["wait", ...ids, "--json"]);
      expect(exitCode).toBe(0);
      for (const number of numbers) {
        expect(readFileSync(join(world.workspace, `${number}.txt`), "utf8")).toBe(`this is ${number}`);
      }
    },
    180_000,
  );

  verifies(
    "operator.apart",
    "run eight at a time in the broker, the others in its queue, and none twice",
    async () => {
      const open = deferred();
      let running = 0;
      let most = 0;
      const script = () =>
        byThread((first) => {
          const [path = ""] = scratchPathsIn(first);
          const name = /(\d+)\.txt$/.exec(path)?.[1];
          return sequence(
            async () => {
              running += 1;
              most = Math.max(most, running);
              await open.promise;
              return command(`printf 'this is ${name}' >> '${path}'`);
            },
            () => {
              running -= 1;
              return message(saysOk);
            },
          );
        });
      const world = await startBrokerWorld(script);
      writeFileSync(join(world.workspace, "in.csv"), changed["in.csv"]);
      const numbers = Array.from({ length: 20 }, (_, index) => index);
      const started = await inTurn(numbers, 4, async (number) =>
        world.run([...run, `--input=output=${number}.txt`, "--background"]),
      );
      const ids = started.map(({ envelope }) => envelope.job?.id ?? "");
      await world.model.waitForRequest(8);
      const states = world.records().map(({ status }) => status);
      expect(states.filter((status) => status === "running")).toHaveLength(8);
      expect(states.filter((status) => status === "queued")).toHaveLength(12);
      expect(readdirSync(world.workspace)).toEqual(["in.csv"]);
      open.resolve();
      const { exitCode } = await world.run(["wait", ...ids, "--json"]);
      expect(exitCode).toBe(0);
      expect(most).toBe(8);
      for (const [index, id] of ids.entries()) {
        const { ok, run: facts } = world.storedResult(id);
        expect([ok, facts?.warnings]).toEqual([true, []]);
        const requests = world.model.requests.filter(({ thread }) => thread === facts?.thread);
        expect(requests).toHaveLength(2);
        expect(readFileSync(join(world.workspace, `${index}.txt`), "utf8")).toBe(`this is ${index}`);
      }
      expect(new Set(world.model.requests.map(({ thread }) => thread)).size).toBe(20);
      expect(readdirSync(world.workspace)).toHaveLength(21);
    },
    180_000,
  );

  verifies("operator.delivery", "write over nothing that somebody else wrote meanwhile", async () => {
    const script = (workspace: string) =>
      sequence((request) => {
        for (const name of ["a.txt", "b.txt"]) writeFileSync(join(workspace, name), "theirs");
        return command(
          scratchPathsIn(request)
            .map((path) => `printf ours > '${path}'`)
            .join("; "),
        );
      }, message(saysOk));
    for (const present of [false, true]) {
      const world = await startCliWorld(script, { changed: present ? { "a.txt": "before" } : {} });
      addUserOperator(world, "two", { outputs: { b: { path: "b.txt" }, a: { path: "a.txt" } } });
      const { exitCode, envelope } = await world.run([
        "operator",
        "run",
        "two",
        "--json",
        ...(present ? ["--overwrite"] : []),
      ]);
      expect([exitCode, envelope.error?.kind]).toEqual([4, "workspace_changed"]);
      expect(rowOf(envelope.evidence, "delivery")?.status).toBe("failed");
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("theirs");
      expect(readdirSync(world.workspace)).toEqual(["a.txt", "b.txt"]);
      // What it made is kept.
      expect(readFileSync(madeBy(envelope)[0]?.path ?? "", "utf8")).toBe("ours");
    }
  });

  verifies("operator.apart", "leave no scratch folder, whatever rights the agent took away", async () => {
    const script = () =>
      sequence(
        (request) =>
          command(
            `printf x > '${scratchPathsIn(request)[0]}'; /bin/mkdir -p deep/er; touch deep/er/x; /bin/chmod -R a-w deep; /bin/chmod 000 deep`,
          ),
        message(saysOk),
      );
    const world = await startCliWorld(script, { changed });
    // Root removes it anyway.
    const wrapper = process.getuid?.() === 0 ? ["/usr/bin/setpriv", "--bounding-set=-dac_override"] : [];
    const { exitCode, envelope } = await world.run([...run, "--input=output=o.txt"], { wrapper });
    expect([exitCode, envelope.run?.warnings]).toEqual([0, []]);
    expect(readdirSync(join(world.stateRoot, "jobs", envelope.job?.id ?? ""))).not.toContain("scratch");
  });

  verifies(
    "operator.delivery",
    "deliver nothing when they are cancelled while they are checked",
    async () => {
      const script = () =>
        sequence((request) => command(`printf x > '${scratchPathsIn(request)[0]}'`), message(saysOk));
      for (const engine of ["app-server", "exec"]) {
        const world = await startCliWorld(script, { changed });
        const sleep = ["/bin/sh", "-c", "sleep 1000"];
        addUserOperator(world, "slow", {
          outputs: { x: { path: "x.txt" } },
          checks: [{ check: "command", run: sleep }],
        });
        const started = world.start(["operator", "run", "slow", "--json", "--engine", engine]);
        const id = await started.job;
        await vi.waitFor(() => expect(world.processes().join("\n")).toContain("sleep 1000"), {
          timeout: 30_000,
          interval: 50,
        });
        expect((await world.run(["cancel", id, "--json"])).exitCode).toBe(0);
        const { exitCode, envelope } = await started.ended;
        expect([exitCode, envelope.error?.kind]).toEqual([130, "cancelled"]);
        expect(readdirSync(world.workspace)).toEqual(["in.csv"]);
        await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 15_000, interval: 50 });
      }
    },
  );

  verifies("operator.resume", "go on with their thread after their owner was killed", async () => {
    const script = () =>
      sequence(
        command("echo started"),
        hang(),
        (request) => command(`printf done > '${scratchPathsIn(request)[0]}'`),
        message(saysOk),
      );
    const world = await startCliWorld(script, { changed });
    const first = world.start([...run, "--input=output=o.txt"]);
    await world.model.waitForRequest(2);
    const [record] = world.records();
    kill(record?.owner?.pid);
    const lost = await first.ended;
    expect(lost.envelope.error?.kind).toBe("broker_lost");
    expect(existsSync(join(world.workspace, "o.txt"))).toBe(false);
    const again = await world.run([...run, "--input=output=o.txt", "--job", record?.id ?? ""]);
    expect(again.envelope.error).toBeUndefined();
    expect(again.exitCode).toBe(0);
    expect(again.envelope.run?.thread).toBe(lost.envelope.run?.thread);
    expect(readFileSync(join(world.workspace, "o.txt"), "utf8")).toBe("done");
  });

  verifies("operator.accepted", "of a project run only after a person has accepted them", async () => {
    const world = await startCliWorld(() => message(saysOk));
    const folder = join(world.workspace, ".tandem", "operators");
    mkdirSync(folder, { recursive: true });
    const prompt = { file: "./task.md" };
    writeFileSync(join(folder, "own.yaml"), operatorText("own", { prompt, outputs: { x: { path: "x" } } }));
    writeFileSync(join(folder, "task.md"), "Make x.");
    const refused = await world.run(["operator", "run", "own", "--json"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.envelope.error?.message).toMatch(/nobody has accepted/);
    expect(world.records()).toEqual([]);
    const shown = await world.run(["operator", "show", "own", "--json"]);
    expect(shown.envelope.operators).toMatchObject([{ name: "own", origin: "project", mayRun: false }]);
    const dry = await world.run(["operator", "run", "own", "--json", "--dry-run"]);
    expect(dry.exitCode).toBe(0);
    expect(dry.envelope.dryRun?.prompt?.preview).toContain("Make x.");
    expect(world.model.requests).toEqual([]);
  });

  verifies("operator.commands", "are listed, begun and checked without Codex", async () => {
    const world = await startCliWorld(() => message(saysOk), { changed });
    const made = await world.run(["operator", "new", "mine", "--json"]);
    expect(made.exitCode).toBe(0);
    expect((await world.run(["operator", "new", "mine", "--json"])).exitCode).toBe(2);
    const { envelope } = await world.run(["operator", "list", "--json"]);
    expect(envelope.operators?.map(({ name, origin }) => `${name} ${origin}`)).toEqual([
      "analyze built-in",
      "check built-in",
      "image built-in",
      "mine project",
      "transform built-in",
    ]);
    const check = ["operator", "check", "mine", "--json"];
    expect((await world.run(check)).exitCode).toBe(0);
    const inputs = ["--input=input=in.csv", "--input=output=in.csv"];
    expect((await world.run([...check, ...inputs])).exitCode).toBe(0);
    const missing = await world.run([...check, "--input=input=in.csv", "--input=output=no.txt"]);
    expect([missing.exitCode, missing.envelope.error?.kind]).toEqual([1, "verification_failed"]);
    writeFileSync(join(world.workspace, ".tandem/operators/mine.yaml"), "tandem: operator/1\nnme: mine\n");
    const broken = await world.run(check);
    expect(broken.exitCode).toBe(2);
    expect(broken.envelope.error?.message).toMatch(/mine\.yaml:\d+:\d+/);
    expect(world.model.requests).toEqual([]);
    expect(readdirSync(join(world.stateRoot)).includes("rehearsal")).toBe(false);
  });
});
