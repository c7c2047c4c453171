import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { findBrokers } from "../../src/broker/broker-record.ts";
import { hang } from "../../src/rehearsal/faults.ts";
import { lastUserText } from "../../src/rehearsal/model-request.ts";
import { command, items, message } from "../../src/rehearsal/replies.ts";
import { type Entry, sequence } from "../../src/rehearsal/script.ts";
import { type CliRunOptions, type CliWorld, startCliWorld } from "./cli-world.ts";

export interface BrokerWorld extends CliWorld {
  /** The process of the broker; 0 when there is none. */
  brokerPid(): number;
  /** What the broker keeps in its folder. */
  folder(): string;
}

/** A world whose jobs go to a broker, which is ended with the test. */
export async function startBrokerWorld(
  script: (workspace: string) => Entry,
  environment: Readonly<Record<string, string>> = {},
): Promise<BrokerWorld> {
  const world = await startCliWorld(script);
  const withBroker = (options: CliRunOptions = {}): CliRunOptions => ({
    ...options,
    environment: { TANDEM_DIRECT: undefined, ...environment, ...options.environment },
  });
  const found = () => findBrokers(world.stateRoot).find(({ record }) => record.state === "serving");
  const folder = () => found()?.folder ?? join(world.stateRoot, "no-broker");
  const brokerPid = () => found()?.record.process.pid ?? 0;
  onTestFinished(async () => {
    for (const { record } of findBrokers(world.stateRoot)) endQuietly(record.process.pid);
    await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 15_000, interval: 20 });
  });
  return {
    ...world,
    run: async (words, options) => world.run(words, withBroker(options)),
    start: (words, options) => world.start(words, withBroker(options)),
    brokerPid,
    folder,
  };
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended already.
  }
}

/** The model answers with what it was asked. */
export const echo = (): Entry => (request) => message(`Answer to ${lastUserText(request)}`);

/** The model says half an answer, starts a long command and then hangs. */
export const midTurn = (): Entry =>
  sequence(items([message("Half an answer."), command("sleep 1000", { yieldTimeMs: 250 })]), hang());
