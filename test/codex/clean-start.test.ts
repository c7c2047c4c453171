import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import { cleanStart } from "../../src/codex/clean-start.ts";
import { verifies } from "../support/requirements.ts";

verifies("delegate.checks", "begin with their own variables and a usual PATH, and nothing else", () => {
  const [program, ...words] = [...cleanStart({ TMPDIR: "/a b", ODD: "x=$HOME\ny" }, "linux"), "env", "-0"];
  const seen = execFileSync(program, words, { env: { SOME_API_KEY: "canary" }, encoding: "utf8" });
  expect(new Set(seen.split("\0"))).toEqual(
    new Set(["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TMPDIR=/a b", "ODD=x=$HOME\ny", ""]),
  );
  expect(cleanStart({ TMPDIR: "C:\\t" }, "win32")).toEqual([]);
});
