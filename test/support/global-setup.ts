import { mkdirSync, rmSync } from "node:fs";
import { testHomesFolder } from "./homes.ts";

/** Makes the folder for the CODEX_HOMEs of the tests and removes it at the end. */
export default function setup(): () => void {
  mkdirSync(testHomesFolder, { recursive: true, mode: 0o700 });
  return () => rmSync(testHomesFolder, { recursive: true, force: true });
}
