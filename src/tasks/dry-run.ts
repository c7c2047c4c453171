import { effectivePins } from "../codex/pins.ts";
import type { Route } from "../codex/route.ts";
import { type Coverage, type DryRun, type Envelope, envelopeSchema } from "../domain/envelope.ts";
import type { RunRequest } from "../domain/run.ts";
import { redact } from "../privacy/redact.ts";
import type { PreparedConsult } from "./consult.ts";
import type { PreparedReview } from "./prepare-review.ts";
import { structuredPrompt } from "./structured-prompt.ts";
import type { PreparedTask } from "./task-run.ts";

const previewLength = 2_000;
const readsAnything = "the sandbox bounds writes, not reads.";

/** What a review would examine and, where we write the prompt, send. */
export async function dryRunReview(
  request: RunRequest,
  prepared: PreparedReview,
  route: Route,
): Promise<Envelope> {
  const { resolved, diff } = prepared;
  const structured = route.form === "structured" ? await structuredPrompt(request, prepared) : undefined;
  const omitted =
    structured?.inlined.omitted ??
    diff.files.flatMap(({ change, omitted: reason }) =>
      reason === undefined ? [] : [{ path: change.path, reason }],
    );
  const examined = structured?.inlined.shown ?? diff.files.map(({ change }) => change.path);
  const coverage: Coverage = {
    status: examined.length === 0 ? "none" : omitted.length === 0 ? "complete" : "partial",
    basis: structured === undefined ? "codex" : "gathered",
    examined,
    omitted,
  };
  const files = diff.files.length === 1 ? "1 changed file" : `${diff.files.length} changed files`;
  return {
    ...dryRunOf(request, `${files}, ${diff.totalBytes} bytes of patch.`),
    target: resolved.target,
    coverage,
    dryRun: {
      ...(structured === undefined ? {} : { prompt: promptOf(structured.text) }),
      inputs: diff.files.map(({ change, bytes }) => ({ path: change.path, bytes })),
      route: `${route.engine}: ${route.reason}`,
      pins: pinRows(request, true),
      leavesTheMachine:
        structured === undefined
          ? `The names and contents of whatever files Codex reads to judge the change, also outside of it: ${readsAnything}`
          : `The prompt with the change, and whatever files Codex reads beside it: ${readsAnything}`,
    },
  };
}

/** What a consultation would send. */
export function dryRunConsult(request: RunRequest, prepared: PreparedConsult, route: Route): Envelope {
  const { prompt, files, images } = prepared;
  return {
    ...dryRunOf(request, `A prompt of ${Buffer.byteLength(prompt)} bytes.`),
    dryRun: {
      prompt: promptOf(prompt),
      inputs: [...files, ...images].map(({ path, bytes }) => ({ path, bytes })),
      route: `${route.engine}: ${route.reason}`,
      pins: pinRows(request, false),
      leavesTheMachine: `The prompt, the files and images above, and whatever files Codex reads to answer: ${readsAnything}`,
    },
  };
}

/** What a task would send. */
export function dryRunTask(request: RunRequest, { prompt, images }: PreparedTask, route: Route): Envelope {
  return {
    ...dryRunOf(request, `A prompt of ${Buffer.byteLength(prompt)} bytes, tier ${request.tier}.`),
    dryRun: {
      prompt: promptOf(prompt),
      inputs: images.map(({ path, bytes }) => ({ path, bytes })),
      route: `${route.engine}: ${route.reason}`,
      pins: pinRows(request, false),
      leavesTheMachine: `The prompt, any images above, and whatever files Codex reads to do it: ${readsAnything}`,
    },
  };
}

/** What every dry run begins with. */
export function dryRunOf(
  { kind }: RunRequest,
  summary: string,
): Pick<Envelope, "schema" | "ok" | "kind" | "summary"> {
  return { schema: envelopeSchema, ok: true, kind, summary };
}

export function promptOf(prompt: string): NonNullable<DryRun["prompt"]> {
  const text = redact(prompt);
  const rest = text.length - previewLength;
  // By whole characters: half of one is no text.
  const start = text.slice(0, previewLength).replace(/[\ud800-\udbff]$/, "");
  return {
    bytes: Buffer.byteLength(prompt),
    preview: rest > 0 ? `${start}\n[the beginning; ${rest} more characters follow]` : text,
  };
}

/** What is pinned for a run, in words. */
export function pinRows(request: RunRequest, untrusted: boolean): DryRun["pins"] {
  const pins = effectivePins({
    untrusted,
    network: request.network,
    projectRoots: [request.cwd],
    environment: request.environment,
    shellVariables: [],
    mcpConfigured: [],
    mcpAllowed: request.mcpServers,
  });
  return [
    { key: "sandbox", value: request.tier, reason: "The smallest tier that this kind of run needs." },
    {
      key: "approvals",
      value: untrusted ? "never" : request.approvals,
      reason: "Accepting a request runs its command outside the sandbox.",
    },
    { key: "network", value: request.network ? "on" : "off", reason: "Only --network opens it." },
    ...pins.map(({ path, value, reason }) => ({ key: path.join("."), value: JSON.stringify(value), reason })),
  ];
}
