// Apart from bin/tandem because `import()` is a syntax error to Node 8 and older. Node's compile cache stays off: its folder is
// below the temp folder, which sandboxed commands may write, and what is cached there would run outside of the sandbox.
"use strict";

if (process.argv[2] === "status") {
  require("./dist/status.cjs");
} else {
  import("./dist/cli.mjs").catch(function (error) {
    console.error("codex-tandem could not start: " + error.message + ". Installing it again repairs that.");
    process.exitCode = 4;
  });
}
