import { mkdirSync, rmSync } from "node:fs";
import { testHomesFolder, testRun, testRunVariable } from "./homes.ts";
import { findLeftovers, type Leftover } from "./leftovers.ts";

/** How long processes that are on their way out may take, in milliseconds. */
const patienceMs = 10_000;

/**
 * Makes the folder for the homes of this test run. At the end it fails the run when a process that the tests started is still
 * there, ends that process, and removes the folder.
 */
export default function setup(): () => Promise<void> {
  process.env[testRunVariable] = testRun;
  mkdirSync(testHomesFolder, { recursive: true, mode: 0o700 });
  return async () => {
    const leftovers = await waitForLeftovers();
    for (const { pid } of leftovers) end(pid);
    rmSync(testHomesFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    if (leftovers.length === 0) return;
    // Vitest only prints what a teardown throws.
    process.exitCode = 1;
    const list = leftovers.map(({ pid, command }) => `  ${pid} ${command}`).join("\n");
    throw new Error(`The tests left processes running, which have been ended now:\n${list}`);
  };
}

async function waitForLeftovers(): Promise<readonly Leftover[]> {
  const deadline = Date.now() + patienceMs;
  let leftovers = findLeftovers(testRun);
  while (leftovers.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    leftovers = findLeftovers(testRun);
  }
  return leftovers;
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
