import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { median } from "./timing.mjs";

/**
 * The median time of each program from its start to its end, in milliseconds, by name. The programs take turns, and every round
 * begins with another one, so that what else the machine does meets all of them alike.
 */
export async function measure(programs, runs, world) {
  const names = Object.keys(programs);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < runs; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      times[name].push(await programs[name](world));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

/** A program that is measured: `node` with these parameters. */
export function program(...parameters) {
  return async (world) => (await run(parameters, world)).duration;
}

/** `count` of them at once: the time until the last has ended. */
export function together(count, ...parameters) {
  return async (world) => {
    const start = performance.now();
    await Promise.all(Array.from({ length: count }, async () => run(parameters, world)));
    return performance.now() - start;
  };
}

/** Runs `node` with these parameters to its end. Throws when it fails: a failure is no measurement. */
export async function run(parameters, { workspace, environment }) {
  const start = performance.now();
  const child = spawn(process.execPath, parameters, {
    cwd: workspace,
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, "close")]);
  const duration = performance.now() - start;
  if (exitCode !== 0) throw new Error(`node ${parameters.join(" ")} ended with ${exitCode}:\n${stderr}`);
  return { duration, stderr };
}
