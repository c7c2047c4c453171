import { count, duration } from "./number-kinds.ts";
import { setting } from "./setting.ts";
import { minute, timeLimits } from "./time-limits.ts";
import { switchKind } from "./word-kinds.ts";

/** The settings of waiting and of background processes: a part of the settings table. */
export const backgroundSettings = {
  wait_budget: setting<number | undefined>({
    group: "Background",
    about:
      "Time for which a command waits for its job. When it is over the job goes on and the command ends with exit code 6.",
    kind: duration(timeLimits),
    default: undefined,
    defaultText: "110s inside Claude Code, else no limit",
    flag: "--wait-budget",
    environment: "derived",
    project: "never",
  }),
  mcp_wait_budget: setting<number | undefined>({
    group: "Background",
    about:
      "Time for which a call of an MCP tool waits for its run. When it is over the run goes on and the answer says how to fetch its result.",
    kind: duration(timeLimits),
    default: undefined,
    defaultText: "50s; no limit where the client is known to take long calls into the background",
    environment: "derived",
    project: "never",
  }),
  direct: setting<boolean>({
    group: "Background",
    about: "Whether each job gets a process of its own in place of the broker, which serves all of them.",
    kind: switchKind(),
    default: false,
    flag: "--direct",
    environment: "derived",
    project: "never",
  }),
  concurrent_turns: setting<number>({
    group: "Background",
    about: "Jobs that a broker runs at once; more wait for their turn.",
    kind: count({ minimum: 1, maximum: 64 }, "jobs"),
    default: 8,
    environment: "derived",
    project: "never",
  }),
  broker_idle: setting<number>({
    group: "Background",
    about: "Time after which a broker without a job ends.",
    kind: duration(timeLimits),
    default: 10 * minute,
    environment: "derived",
    project: "never",
  }),
} as const;
