import { copyFileSync, statSync, utimesSync } from "node:fs";

/**
 * Copies an index of git with its date. Git takes a file for unchanged by its size and date where the index is younger, counted in whole
 * seconds: a copy with a date of its own would hide a change of the same second.
 */
export function copyIndex(from: string, to: string): void {
  const seconds = Math.floor(statSync(from).mtimeMs / 1000);
  copyFileSync(from, to);
  utimesSync(to, seconds, seconds);
}
