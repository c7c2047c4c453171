import { ExitCode } from "../exit-code.ts";
import { type Caused, entry } from "./entry.ts";

const exitCode = ExitCode.runFailed;

/** Errors of a run that was started: exit code 4. The thread id and what was received so far are kept. */
export const runErrors = {
  spawn_failed: entry<Caused & { path: string }>({
    exitCode,
    retryable: false,
    when: "The Codex process could not be started, or ended before it could be spoken to.",
    message: ({ path, cause }) => `Could not start ${path}: ${cause}`,
    repair: () => ({ say: "Check what is said of Codex there.", command: "tandem status" }),
  }),
  agent_refused: entry<Caused>({
    exitCode,
    retryable: false,
    when: "The model declined the request, by a refusal or by a policy of the provider.",
    message: ({ cause }) => `The model refused: ${cause}`,
    repair: () => ({ say: "Reword the request; the same one will most likely be refused again." }),
  }),
  empty_answer: entry<{ commands: number }>({
    exitCode,
    retryable: true,
    when: "The turn completed without a final message.",
    message: ({ commands }) => `Codex ended its turn without an answer (after ${commands} commands).`,
    repair: () => ({ say: "Ask again; if it repeats, ask for less at once." }),
  }),
  schema_violation: entry<{ problem: string }>({
    exitCode,
    retryable: true,
    when: "The final answer is not of the shape that was asked for.",
    message: ({ problem }) => `The answer is not of the required shape: ${problem}`,
    repair: () => ({ say: "The raw answer is kept in `raw`; ask again for a valid one." }),
  }),
  quota: entry<Caused>({
    exitCode,
    retryable: false,
    when: "The account's usage limit or quota is used up (`usageLimitExceeded`, `insufficient_quota`).",
    message: ({ cause }) => `The account's limit is used up: ${cause}`,
    repair: () => ({
      say: "Wait for the limit to start anew or change the plan; a retry before that is refused.",
    }),
  }),
  rate_limited: entry<Caused>({
    exitCode,
    retryable: true,
    when: "The provider answered 429 more often than Codex retries.",
    message: ({ cause }) => `The provider limits the rate of requests: ${cause}`,
    repair: () => ({ say: "Start again in a minute." }),
  }),
  overloaded: entry<Caused>({
    exitCode,
    retryable: true,
    when: "The provider is overloaded or answers with server errors.",
    message: ({ cause }) => `The provider is overloaded or failing: ${cause}`,
    repair: () => ({ say: "Start again in some minutes." }),
  }),
  network_unreachable: entry<Caused & { what?: string; thread?: string }>({
    exitCode,
    retryable: true,
    when: "The provider, or the app-server that TANDEM_ENDPOINT names, could not be reached, or the link to it broke.",
    message: ({ what, cause }) => `${what ?? "The provider"} cannot be reached: ${cause}`,
    repair: ({ what }) => ({
      say:
        what === undefined
          ? "Check the network, the proxy and the provider's base URL."
          : "Check that it runs there, and the network to it.",
    }),
  }),
  context_too_large: entry<Caused>({
    exitCode,
    retryable: false,
    when: "The conversation does not fit into the model's context window.",
    message: ({ cause }) => `The request does not fit into the model's context: ${cause}`,
    repair: () => ({ say: "Ask for less: fewer paths, a smaller range, or a model with a larger window." }),
  }),
  sandbox_mismatch: entry<{ requested: string; effective: string }>({
    exitCode,
    retryable: false,
    when: "Codex reports another sandbox or approval policy than the one that was asked for; the run was stopped.",
    message: ({ requested, effective }) =>
      `Codex would run with ${effective} where ${requested} was asked for.`,
    repair: () => ({ say: "A managed configuration may force this; see Codex's requirements file." }),
  }),
  approval_declined: entry<{ what: string }>({
    exitCode,
    retryable: false,
    when: "The run could not go on after a request of its was declined.",
    message: ({ what }) => `Codex asked for ${what}, which was declined.`,
    repair: () => ({ say: "Start it with the tier it needs, if you want that." }),
  }),
  broker_lost: entry<{ owner: string }>({
    exitCode,
    retryable: true,
    when: "The process that owned the job has ended without a result.",
    message: ({ owner }) => `The process that ran this job (${owner}) has ended before its result.`,
    repair: () => ({ say: "What had arrived is kept in the job; start the run again." }),
  }),
  protocol: entry<{ problem: string }>({
    exitCode,
    retryable: true,
    when: "Codex broke its own protocol, or ended in the middle of a turn.",
    message: ({ problem }) => `Codex broke off: ${problem}`,
    repair: () => ({ say: "Start again; if it repeats, report it with the job's journal." }),
  }),
  contract_changed: entry<{ what: string }>({
    exitCode,
    retryable: false,
    when: "Codex does not know a method, option or key any more that a promise rests on.",
    message: ({ what }) => `This Codex does not accept ${what}, on which a promise rests.`,
    repair: () => ({ say: "Use a Codex version in the tested range.", command: "tandem status" }),
  }),
  workspace_changed: entry<{ folder: string }>({
    exitCode,
    retryable: true,
    when: "The files changed while they were needed unchanged.",
    message: ({ folder }) => `The files in ${folder} changed meanwhile.`,
    repair: () => ({ say: "Start again when nothing else writes there." }),
  }),
  patch_conflict: entry<{ problem: string }>({
    exitCode,
    retryable: false,
    when: "A patch does not apply to the present files; nothing was changed.",
    message: ({ problem }) => `The patch does not apply: ${problem}`,
    repair: () => ({ say: "Resolve the difference, or delegate again from the present state." }),
  }),
  no_image_gen_tool_use: entry<Record<string, never>>({
    exitCode,
    retryable: false,
    when: "An image was asked for and Codex did not use its image tool.",
    message: () => "Codex did not use its image tool.",
    repair: () => ({ say: "The tool is offered with a ChatGPT login only." }),
  }),
  artifact_missing: entry<{ path: string }>({
    exitCode,
    retryable: true,
    when: "A declared output was not made.",
    message: ({ path }) => `The declared output ${path} was not made.`,
    repair: () => ({ say: "See the evidence rows of the result, then start again." }),
  }),
  artifact_invalid: entry<{ path: string; problem: string }>({
    exitCode,
    retryable: true,
    when: "A declared output was made and a check of it failed.",
    message: ({ path, problem }) => `${path} is not valid: ${problem}`,
    repair: () => ({ say: "See the evidence rows of the result, then start again." }),
  }),
  disk_full: entry<Caused & { folder: string }>({
    exitCode,
    retryable: true,
    when: "There is no space left in the state root.",
    message: ({ folder, cause }) => `No space left in ${folder}: ${cause}`,
    repair: () => ({ say: "Free some space, then start again." }),
  }),
  internal: entry<Caused>({
    exitCode,
    retryable: false,
    when: "A fault of codex-tandem itself.",
    message: ({ cause }) => `codex-tandem failed: ${cause}`,
    repair: () => ({ say: "Please report it with this text and the job's journal." }),
  }),
};
