import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, vi } from "vitest";
import { findBrokers } from "../../../src/broker/broker-record.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { lastUserText } from "../../../src/rehearsal/model-request.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { type BrokerWorld, startBrokerWorld } from "../../support/broker-world.ts";
import { type CliResult, startCli } from "../../support/cli-program.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

/** The published program once more, as another build. */
function rebuild(program: string, build: string): string {
  const folder = join(makeHome("rebuilt"), "plugin");
  cpSync(dirname(dirname(program)), folder, { recursive: true });
  for (const name of readdirSync(join(folder, "dist"))) {
    const path = join(folder, "dist", name);
    const text = readFileSync(path, "utf8");
    if (text.includes(build)) writeFileSync(path, text.replaceAll(build, "0".repeat(build.length)));
  }
  return join(folder, "bin", "tandem");
}

async function runWith(program: string, world: BrokerWorld, words: readonly string[]): Promise<CliResult> {
  const { TANDEM_DIRECT: _, ...environment } = world.environment;
  const command = startCli(program, words, { cwd: world.workspace, environment });
  onTestFinished(() => void command.child.kill("SIGKILL"));
  return command.ended;
}

const statesOf = ({ stateRoot }: BrokerWorld) =>
  Object.fromEntries(findBrokers(stateRoot).map(({ record }) => [record.process.pid, record.state]));

describe("the broker of an older build", () => {
  verifies("broker.superseded", "finishes its job beside that of the newer one, and ends", async () => {
    const thinking = gate();
    const world = await startBrokerWorld(
      () => (request) =>
        lastUserText(request) === "long" ? message("Done.", { after: thinking }) : message("Quick."),
    );
    const id = (await world.run(["consult", "--background", "long"])).stdout.trim();
    await world.model.waitForRequest(1);
    const older = world.brokerPid();
    const build = findBrokers(world.stateRoot)[0]?.record.build ?? "";
    expect(build).toMatch(/^[0-9a-f]{8,}$/);
    const other = rebuild(world.program, build);
    const { envelope } = await runWith(other, world, ["consult", "--json", "quick"]);
    expect(envelope).toMatchObject({ answer: "Quick.", job: { host: "broker" } });
    await vi.waitFor(() => expect(statesOf(world)[older]).toBe("draining"));
    const [newer = 0] = Object.entries(statesOf(world)).flatMap(([pid, state]) =>
      state === "serving" ? [Number(pid)] : [],
    );
    expect(newer).not.toBe(older);
    thinking.open();
    expect((await world.run(["wait", "--json", id])).envelope).toMatchObject({ answer: "Done." });
    await vi.waitFor(() => expect(Object.keys(statesOf(world))).toEqual([String(newer)]));
    // Either build reads the jobs of the other.
    const { envelope: list } = await runWith(other, world, ["status", "--json"]);
    expect(list.jobs?.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  });
});
