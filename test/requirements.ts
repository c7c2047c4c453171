/** One promise of the product: what it says and where it comes from. */
export interface Requirement {
  readonly promise: string;
  readonly source: string;
}

import { appServerPoolRequirements } from "./requirements/app-server-pool.ts";
import { approvalsRequirements } from "./requirements/approvals.ts";
import { brokerRequirements } from "./requirements/broker.ts";
import { cliRequirements } from "./requirements/cli.ts";
import { codexRequirements } from "./requirements/codex.ts";
import { domainRequirements } from "./requirements/domain.ts";
import { e2eRequirements } from "./requirements/e2e.ts";
import { execRequirements } from "./requirements/exec.ts";
import { formatsRequirements } from "./requirements/formats.ts";
import { jobLifeRequirements } from "./requirements/job-life.ts";
import { jobsRequirements } from "./requirements/jobs.ts";
import { locateRequirements } from "./requirements/locate.ts";
import { privacyRequirements } from "./requirements/privacy.ts";
import { rehearsalRequirements } from "./requirements/rehearsal.ts";
import { reportRequirements } from "./requirements/report.ts";
import { reportJobsRequirements } from "./requirements/report-jobs.ts";
import { settingsRequirements } from "./requirements/settings.ts";
import { startRequirements } from "./requirements/start.ts";
import { tasksRequirements } from "./requirements/tasks.ts";
import { toolingRequirements } from "./requirements/tooling.ts";
import { workspaceRequirements } from "./requirements/workspace.ts";

/** Every promise that the tests verify. A test cites ids; `test/coverage.test.ts` fails on an unknown or uncited one. */
export const requirements = {
  ...approvalsRequirements,
  ...appServerPoolRequirements,
  ...brokerRequirements,
  ...cliRequirements,
  ...domainRequirements,
  ...codexRequirements,
  ...e2eRequirements,
  ...execRequirements,
  ...settingsRequirements,
  ...locateRequirements,
  ...workspaceRequirements,
  ...formatsRequirements,
  ...jobLifeRequirements,
  ...jobsRequirements,
  ...privacyRequirements,
  ...rehearsalRequirements,
  ...reportRequirements,
  ...reportJobsRequirements,
  ...startRequirements,
  ...tasksRequirements,
  ...toolingRequirements,
} as const satisfies Record<string, Requirement>;

export type RequirementId = keyof typeof requirements;
