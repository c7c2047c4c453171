import type { ThreadOptions } from "../codex/engine.ts";
import type { RunRequest } from "../domain/run.ts";

interface TaskThread {
  readonly workTreeRoot?: string;
  readonly untrusted: boolean;
}

/**
 * How a run's thread is opened, from what was asked. Where the repository is untrusted (a review) nobody is ever asked, whatever
 * the setting `approvals` says: its words must not lead to a step outside of the sandbox, and a review needs none.
 */
export function threadOptions(request: RunRequest, { workTreeRoot, untrusted }: TaskThread): ThreadOptions {
  const { cwd, tier, network, model, effort, profile, ephemeral, title, environment, mcpServers, overrides } =
    request;
  return {
    cwd,
    tier,
    network,
    untrusted,
    ephemeral,
    environment,
    mcpServers,
    overrides,
    name: `tandem: ${title}`,
    ...(workTreeRoot === undefined ? {} : { workTreeRoot }),
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    ...(profile === undefined ? {} : { profile }),
    approvals: untrusted ? "never" : request.approvals,
    isolation: request.isolation,
    addDirectories: request.addDirectories,
    ...(request.resume === undefined ? {} : { resume: request.resume }),
  };
}
