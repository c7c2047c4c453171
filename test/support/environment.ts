import { makeHome, testRun, testRunVariable } from "./homes.ts";

/**
 * The environment of a program under test: nothing of the person's own, an empty home, and the mark by which the end of the test
 * run finds what was left running.
 */
export function testEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: makeHome("user"),
    LANG: "C.UTF-8",
    [testRunVariable]: testRun,
    ...extra,
  };
}

/** The facts of this machine, with an empty home for its person. */
export function testMachine(extra: Readonly<Record<string, string>> = {}) {
  return {
    platform: process.platform,
    architecture: process.arch,
    nodePath: process.execPath,
    home: makeHome("user"),
    environment: testEnvironment(extra),
  };
}
