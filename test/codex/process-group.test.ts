import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { afterEach, expect } from "vitest";
import { type ProcessGroup, startProcessGroup } from "../../src/codex/process-group.ts";
import { verifies } from "../support/requirements.ts";

const groups: ProcessGroup[] = [];

afterEach(async () => {
  await Promise.all(groups.splice(0).map(async (group) => group.stop(0)));
});

async function start(script: string): Promise<ProcessGroup> {
  const group = await startProcessGroup(process.execPath, ["--eval", script], {
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  groups.push(group);
  return group;
}

async function nextLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("It has no stdout.");
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, "line")) as [string];
  return line;
}

/** True while the process exists and is no zombie. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return (
      process.platform !== "linux" || !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
    );
  } catch {
    return false;
  }
}

const grandparent = `
  const child = require("node:child_process").spawn(
    process.execPath,
    ["--eval", "process.on('SIGTERM', () => undefined); console.log('up'); setInterval(() => undefined, 1000)"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  child.stdout.once("data", () => console.log(child.pid));
  setInterval(() => undefined, 1000);
`;

verifies(
  "codex.process_group",
  "a grandchild that ignores SIGTERM is dead when its group was stopped",
  async () => {
    const group = await start(grandparent);
    const grandchild = Number(await nextLine(group.child));
    expect(isAlive(grandchild)).toBe(true);
    await group.stop(5_000);
    // The leader died of SIGTERM; the kill that follows is delivered before the call returns, its effect soon after.
    await expect.poll(() => isAlive(grandchild), { timeout: 10_000 }).toBe(false);
    expect(await group.ended).toBe("signal SIGTERM");
  },
);

verifies("codex.process_group", "a leader that ignores SIGTERM is killed after the grace", async () => {
  const group = await start(
    "process.on('SIGTERM', () => undefined); console.log('up'); setInterval(() => undefined, 1000)",
  );
  await nextLine(group.child);
  await group.stop(50);
  expect(await group.ended).toBe("signal SIGKILL");
});

verifies(
  "codex.process_group",
  "a program that ends in time is not killed, and its exit code is told",
  async () => {
    const group = await start(
      "process.on('SIGTERM', () => process.exit(3)); console.log('up'); setInterval(() => undefined, 1000)",
    );
    await nextLine(group.child);
    await group.stop(60_000);
    expect(await group.ended).toBe("exit code 3");
  },
);

verifies("codex.process_group", "stopping what has ended, or twice at once, is fine", async () => {
  const group = await start("console.log('up')");
  await group.ended;
  await Promise.all([group.stop(0), group.stop(1_000)]);
  expect(await group.ended).toBe("exit code 0");
});

verifies(
  "codex.process_group",
  "a program that cannot be started rejects with the system's reason",
  async () => {
    const start = startProcessGroup("/nonexistent/codex", [], { stdio: "ignore" });
    await expect(start).rejects.toMatchObject({ code: "ENOENT" });
    const folder = startProcessGroup("/", [], { stdio: "ignore" });
    await expect(folder).rejects.toMatchObject({ code: "EACCES" });
  },
);

verifies("codex.process_group", "no shell reads the arguments", async () => {
  const hostile = ["$(touch /tmp/never)", "; exit 9", "a b", '"', ""];
  const group = await startProcessGroup(
    process.execPath,
    ["--eval", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...hostile],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  groups.push(group);
  expect(JSON.parse(await nextLine(group.child))).toEqual(hostile);
});
