import { tandemIdentity } from "./identity.ts";

/** Asked for often and by scripts: answered before the rest of the program is loaded. */
const [first, ...others] = process.argv.slice(2);
if ((first === "--version" || first === "-V") && others.length === 0) {
  process.stdout.write(`${tandemIdentity().version}\n`);
} else {
  const { runCli } = await import("./program.ts");
  const { processWorld } = await import("./world.ts");
  process.exitCode = await runCli(process.argv.slice(2), processWorld());
}
