import { count, duration } from "./number-kinds.ts";
import { setting } from "./setting.ts";
import { second } from "./time-limits.ts";
import { switchKind } from "./word-kinds.ts";

/**
 * The settings of the review gate: a part of the settings table. Whether it is on is no setting: only `tandem gate on` switches it on,
 * for one folder, so that no file and no variable that a repository brings along can. What makes it cost or block more is never a
 * variable for the same reason; a project may ask for less, down to a floor at which the gate still does its work.
 */
export const gateSettings = {
  timeout_gate: setting<number>({
    group: "Review gate",
    about:
      "Time after which the review of a stop is ended; the stop then passes with a warning. Claude Code itself waits for 300s.",
    kind: duration({ minimum: 100, maximum: 240 * second }),
    default: 240 * second,
    environment: "derived",
    project: "narrow",
    projectMinimum: 60 * second,
  }),
  gate_rounds: setting<number>({
    group: "Review gate",
    about: "How often the gate may send Claude Code back to work for one prompt.",
    kind: count({ minimum: 1, maximum: 5 }, "rounds"),
    default: 2,
    environment: "never",
    project: "narrow",
    projectMinimum: 1,
  }),
  gate_session_tokens: setting<number>({
    group: "Review gate",
    about:
      "Tokens that the gate may spend in one session of Claude Code. When they are spent, stops pass with a warning.",
    kind: count({ minimum: 1, maximum: 1_000_000_000 }, "tokens"),
    default: 2_000_000,
    environment: "never",
    project: "narrow",
    projectMinimum: 200_000,
  }),
  gate_strict: setting<boolean>({
    group: "Review gate",
    about:
      "Whether a stop that could not be reviewed is sent back too, as often as the rounds allow. Without it that stop passes with a warning.",
    kind: switchKind(),
    default: false,
    environment: "never",
    project: "never",
  }),
} as const;
