// Apart from bin/tandem because the programs hold syntax that an old Node cannot read. Node's compile cache stays off: its folder is
// below the temp folder, which sandboxed commands may write, and what is cached there would run outside of the sandbox.
"use strict";

try {
  if (process.argv[2] === "status") require("./dist/status.cjs");
  else if (process.argv[2] === "run-job" || process.argv[2] === "broker") require("./dist/runner.cjs");
  else if (process.argv[2] === "mcp" && process.argv.length === 3) require("./dist/mcp.cjs");
  else if (process.argv[2] === "hook") require("./dist/hook.cjs");
  else require("./dist/cli.cjs");
} catch (error) {
  console.error("codex-tandem could not start: " + error.message + ". Installing it again repairs that.");
  process.exitCode = 4;
}
