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
import { delegateRequirements } from "./requirements/delegate.ts";
import { domainRequirements } from "./requirements/domain.ts";
import { e2eRequirements } from "./requirements/e2e.ts";
import { endpointRequirements } from "./requirements/endpoint.ts";
import { execRequirements } from "./requirements/exec.ts";
import { formatsRequirements } from "./requirements/formats.ts";
import { gateRequirements } from "./requirements/gate.ts";
import { jobLifeRequirements } from "./requirements/job-life.ts";
import { jobsRequirements } from "./requirements/jobs.ts";
import { killStagesRequirements } from "./requirements/kill-stages.ts";
import { locateRequirements } from "./requirements/locate.ts";
import { mcpRequirements } from "./requirements/mcp.ts";
import { operatorsRequirements } from "./requirements/operators.ts";
import { pluginRequirements } from "./requirements/plugin.ts";
import { privacyRequirements } from "./requirements/privacy.ts";
import { racesRequirements } from "./requirements/races.ts";
import { receiptsRequirements } from "./requirements/receipts.ts";
import { rehearsalRequirements } from "./requirements/rehearsal.ts";
import { reportRequirements } from "./requirements/report.ts";
import { reportJobsRequirements } from "./requirements/report-jobs.ts";
import { settingsRequirements } from "./requirements/settings.ts";
import { startRequirements } from "./requirements/start.ts";
import { tasksRequirements } from "./requirements/tasks.ts";
import { terminalLifeRequirements } from "./requirements/terminal-life.ts";
import { toolingRequirements } from "./requirements/tooling.ts";
import { workspaceRequirements } from "./requirements/workspace.ts";

/** Every promise that the tests verify. A test cites ids; `test/coverage.test.ts` fails on an unknown or uncited one. */
export const requirements = {
  ...approvalsRequirements,
  ...appServerPoolRequirements,
  ...brokerRequirements,
  ...cliRequirements,
  ...delegateRequirements,
  ...domainRequirements,
  ...codexRequirements,
  ...e2eRequirements,
  ...endpointRequirements,
  ...execRequirements,
  ...settingsRequirements,
  ...killStagesRequirements,
  ...locateRequirements,
  ...workspaceRequirements,
  ...formatsRequirements,
  ...gateRequirements,
  ...jobLifeRequirements,
  ...jobsRequirements,
  ...mcpRequirements,
  ...operatorsRequirements,
  ...pluginRequirements,
  ...privacyRequirements,
  ...racesRequirements,
  ...receiptsRequirements,
  ...rehearsalRequirements,
  ...reportRequirements,
  ...reportJobsRequirements,
  ...startRequirements,
  ...tasksRequirements,
  ...terminalLifeRequirements,
  ...toolingRequirements,
} as const satisfies Record<string, Requirement>;

export type RequirementId = keyof typeof requirements;
