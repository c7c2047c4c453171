import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { program, together } from "./measure.mjs";

const place = (name) => fileURLToPath(new URL(`floors/${name}.cjs`, import.meta.url));

/**
 * Programs that do no more than what our promises force, by the name of the row that they stand below: how near a command is to what
 * can be had at all. `close` ends what they need beside them.
 */
export async function startFloors({ home, workspace, environment, codexProgram, pins }, question) {
  const folder = mkdtempSync(join(home, "floor-"));
  writeFileSync(join(folder, "config.json"), JSON.stringify(pins));
  writeFileSync(join(folder, "token"), String(Math.random()), { mode: 0o600 });
  const parameters = [place("resident"), folder, codexProgram, workspace];
  const stdio = ["pipe", "pipe", "inherit"];
  const resident = spawn(process.execPath, parameters, { env: environment, cwd: folder, stdio });
  await once(resident.stdout, "data");
  const task = [place("warm"), folder, "wait", question];
  return {
    programs: {
      "tandem task": program(...task),
      "tandem task --background": leaveInBackground(folder, question),
      "tandem consult --direct": program(place("direct"), folder, codexProgram, question),
    },
    eight: { "8 tandem task, model takes 1 s": together(8, ...task) },
    close: async () => {
      resident.stdin.end();
      await once(resident, "exit");
    },
  };
}

/** The job itself is not measured, and has ended before something else is. */
function leaveInBackground(folder, question) {
  const leave = program(place("warm"), folder, "leave", question);
  const isRunning = () => readdirSync(folder).some((name) => existsSync(join(folder, name, "owner.lock")));
  return async (world) => {
    const duration = await leave(world);
    while (isRunning()) await delay(5);
    return duration;
  };
}

/** The name under which the floor of a row is measured. */
export const floorOf = (name) => `floor of ${name}`;
