import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { documentedOperator } from "../../tasks/operator/support.ts";
import { addUserOperatorText, madeBy, rowOf, saysOk, scratchPathsIn } from "./support.ts";

const changed = { "in.csv": "a,b\n1,2\n" };
const run = ["operator", "run", "transform", "--json"];
const convert = [...run, "--input", "input=in.csv", "--input", "output=out.json"];

for (const engine of ["app-server", "exec"]) {
  describe(`the operator transform, ${engine}`, () => {
    verifies("operator.success", "puts a checked file to its place and touches nothing else", async () => {
      const script = () =>
        sequence(
          (request) => command(`printf '[{"a":1,"b":2}]' > '${scratchPathsIn(request)[0]}'`),
          message(saysOk),
        );
      const world = await startCliWorld(script, { changed });
      const { exitCode, envelope } = await world.run([...convert, "--engine", engine]);
      expect(envelope).toMatchObject({
        ok: true,
        kind: "operator",
        run: { engine, tier: "workspace-write", sandbox: { effective: "workspace-write" } },
      });
      expect(exitCode).toBe(0);
      expect(readFileSync(join(world.workspace, "out.json"), "utf8")).toBe('[{"a":1,"b":2}]');
      expect(readdirSync(world.workspace).toSorted()).toEqual(["in.csv", "out.json"]);
      expect(madeBy(envelope)).toMatchObject([
        { path: join(world.workspace, "out.json"), bytes: 15, mediaType: "application/json" },
      ]);
      expect(envelope.evidence?.every(({ status }) => status === "passed")).toBe(true);
      expect(rowOf(envelope.evidence, "final line")?.detail).toBe("it agrees with the checks");
      const [job] = world.records();
      expect(existsSync(join(world.stateRoot, "jobs", job?.id ?? "", "scratch"))).toBe(false);
    });

    verifies("operator.claim", "fails when the agent says ok and did nothing", async () => {
      const world = await startCliWorld(() => message(saysOk), { changed });
      const { exitCode, envelope } = await world.run([...convert, "--engine", engine]);
      expect(exitCode).toBe(4);
      expect(envelope).toMatchObject({
        ok: false,
        error: { kind: "artifact_missing", details: { path: join(world.workspace, "out.json") } },
      });
      expect(madeBy(envelope)).toEqual([]);
      expect(rowOf(envelope.evidence, "final line")).toEqual({
        check: "final line",
        status: "failed",
        detail: "it says ok, but a check did not pass",
      });
      expect(readdirSync(world.workspace)).toEqual(["in.csv"]);
      expect(world.model.requests.filter(({ tools }) => tools.length > 0)).toHaveLength(2);
    });
  });
}

describe("the example of the page about operators", () => {
  verifies("operator.docs", "runs, and fails where its checks do", async () => {
    const data = JSON.stringify([{ kind: "added", text: "operators" }]);
    for (const [notes, code] of [
      ["# Version 1.2", 0],
      ["# Version 1.3", 1],
    ] as const) {
      const script = () =>
        sequence((request) => {
          const [json = "", markdown = ""] = scratchPathsIn(request);
          return command(`printf '%s' '${data}' > '${json}'; printf '%s\\n' '${notes}' > '${markdown}'`);
        }, message('{"status":"ok","result":{"entries":1}}'));
      const world = await startCliWorld(script, { changed: { "log.txt": "add operators\n" } });
      addUserOperatorText(world, "changelog", documentedOperator());
      const line = [
        "operator",
        "run",
        "changelog",
        "--json",
        "--input=version=1.2",
        "--input=commits=log.txt",
      ];
      const { exitCode, envelope } = await world.run(line);
      expect([exitCode, envelope.error?.kind]).toEqual([
        code,
        code === 0 ? undefined : "verification_failed",
      ]);
      const made = code === 0 ? ["log.txt", "notes-1.2.json", "notes-1.2.md"] : ["log.txt"];
      expect(readdirSync(world.workspace).toSorted()).toEqual(made);
    }
  });
});
