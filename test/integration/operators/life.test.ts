import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { hang } from "../../../src/rehearsal/faults.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { byThread, sequence } from "../../../src/rehearsal/script.ts";
import { inTurn, startCliWorld } from "../../support/cli-world.ts";
import { kill } from "../../support/kill.ts";
import { verifies } from "../../support/requirements.ts";
import { operatorText, saysOk, scratchPathsIn } from "./support.ts";

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
