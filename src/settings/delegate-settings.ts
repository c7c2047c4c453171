import { byteSize, duration } from "./number-kinds.ts";
import { setting } from "./setting.ts";
import { hour, minute, timeLimits } from "./time-limits.ts";
import { list } from "./word-kinds.ts";

/** The settings of delegated runs: a part of the settings table. What they name is run or linked, so a repository sets none of it. */
export const delegateSettings = {
  timeout_delegate: setting<number>({
    group: "Limits",
    about: "Time after which a delegated task is stopped. What it has done by then is its patch.",
    kind: duration(timeLimits),
    default: 2 * hour,
    flag: "--timeout",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute,
  }),
  patch_preview: setting<number>({
    group: "Limits",
    about:
      "Bytes of a delegated run's patch that its result shows. The whole patch is always a file of the job.",
    kind: byteSize({ minimum: 1000, maximum: 2_000_000 }),
    default: 200_000,
    environment: "derived",
    project: "narrow",
    projectMinimum: 1000,
  }),
  delegate_checks: setting<readonly string[]>({
    group: "Delegate",
    about:
      "Commands that are run before and after each delegated task, in a clean copy of the files and in Codex's sandbox; `--check` names others for one run.",
    kind: list("commands", "[^\\u0000-\\u001f]{1,2000}"),
    default: [],
    environment: "never",
    project: "never",
  }),
  delegate_links: setting<readonly string[]>({
    group: "Delegate",
    about:
      "Folders that git ignores, relative to the root of the repository (`node_modules`), which Codex may read in a delegated task's work tree. It cannot write them.",
    kind: list(
      "relative folders",
      "(?!\\.{1,2}(?:/|$))[^\\u0000-\\u001f/\\\\*]{1,255}(?:/(?!\\.{1,2}(?:/|$))[^\\u0000-\\u001f/\\\\*]{1,255}){0,15}",
    ),
    default: [],
    environment: "never",
    project: "never",
  }),
} as const;
