import { mkdirSync, rmSync } from "node:fs";
import { testHomesFolder, testRunVariable } from "./homes.ts";

/** Makes the folder for the CODEX_HOMEs of this test run and removes it at the end. */
export default function setup(): () => void {
  process.env[testRunVariable] = String(process.pid);
  mkdirSync(testHomesFolder, { recursive: true, mode: 0o700 });
  return () => rmSync(testHomesFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
