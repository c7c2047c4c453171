import type { Envelope, TandemIdentity } from "../../src/domain/envelope.ts";
import type { RunEvent } from "../../src/domain/events.ts";
import type { RunPlan, RunRequest } from "../../src/domain/run.ts";

export const sampleTandem: TandemIdentity = { version: "0.1.0", build: "test", root: "/nowhere" };

export const sampleRequest: RunRequest = {
  kind: "consult",
  title: "a job",
  cwd: "/somewhere/project/src",
  prompt: "Why?",
  files: [],
  images: [],
  engine: "auto",
  addDirectories: [],
  tier: "read-only",
  network: false,
  isolation: "inherit",
  mcpServers: [],
  overrides: [],
  ephemeral: false,
  timeoutMs: 900_000,
  stallMs: 600_000,
  inputByteCap: 200_000,
  gitTimeoutMs: 60_000,
  environment: {},
  rehearsal: false,
  askedBy: "terminal",
  approvals: "never",
  approvalTimeoutMs: 600_000,
  whenBusy: "refuse",
};

export const sampleResult: Envelope = {
  schema: "codex-tandem/1",
  ok: true,
  kind: "consult",
  answer: "Because.",
};

/** What a run that got half-way leaves in its journal. */
export const halfRun: readonly RunEvent[] = [
  {
    type: "thread_started",
    thread: "thread-1",
    model: "model-1",
    provider: "provider-1",
    sandbox: { tier: "read-only", network: false, approvals: "never" },
    instructionSources: ["/somewhere/project/AGENTS.md"],
  },
  { type: "turn_started", turn: "turn-1" },
  { type: "message", item: "item-1", text: "I have looked at half of it." },
  {
    type: "usage",
    usage: { inputTokens: 70, cachedInputTokens: 10, outputTokens: 7, reasoningTokens: 3 },
  },
];

export const samplePlan: RunPlan = {
  engine: "app-server",
  route: "it is the usual one",
  codex: { path: "/somewhere/codex", argumentsPrefix: [], version: "0.169.0" },
  codexHome: "/somewhere/.codex",
  usesOpenaiKey: false,
  warnings: [],
};
