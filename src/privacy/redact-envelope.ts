import type { Envelope, JobSummary, Readiness, RunFacts } from "../domain/envelope.ts";
import type { ErrorReport } from "../domain/errors/tandem-error.ts";
import type { Finding } from "../domain/finding.ts";
import type { Pending } from "../domain/pending.ts";
import { redact } from "./redact.ts";
import { redactText } from "./redact-text.ts";

/**
 * The envelope with its free text redacted: what the model and Codex wrote, what a command line or an error holds. Names of
 * files, ids, hashes and numbers stay, so that the result can still be followed; patches and artefacts are exact bytes and
 * are not looked at. Pure; the shape stays.
 */
export function redactEnvelope(envelope: Envelope): Envelope {
  return mapTexts(envelope, redact);
}

/** The same with both passes: for a final answer, before it is stored and shown. */
export async function redactEnvelopeText(envelope: Envelope): Promise<Envelope> {
  const texts = new Set<string>();
  mapTexts(envelope, (text) => {
    texts.add(text);
    return text;
  });
  const redacted = new Map<string, string>();
  for (const text of texts) redacted.set(text, (await redactText(text)).text);
  return mapTexts(envelope, (text) => redacted.get(text) ?? redact(text));
}

type Change = (text: string) => string;

function mapTexts(envelope: Envelope, change: Change): Envelope {
  const { job, jobs, results, findings, evidence, readiness, dryRun, run, error } = envelope;
  return {
    ...envelope,
    ...mapFields(envelope, ["summary", "answer", "raw"], change),
    ...mapLists(envelope, ["questions", "nextSteps"], change),
    ...mapPending(envelope, change),
    ...(envelope.threads === undefined
      ? {}
      : {
          threads: envelope.threads.map((thread) => ({
            ...thread,
            ...mapFields(thread, ["name", "preview"], change),
          })),
        }),
    ...(job === undefined ? {} : { job: mapJob(job, change) }),
    ...(jobs === undefined ? {} : { jobs: jobs.map((each) => mapJob(each, change)) }),
    ...(results === undefined ? {} : { results: results.map((each) => mapTexts(each, change)) }),
    ...(findings === undefined ? {} : { findings: findings.map((each) => mapFinding(each, change)) }),
    ...(evidence === undefined
      ? {}
      : { evidence: evidence.map((each) => ({ ...each, detail: change(each.detail) })) }),
    ...(readiness === undefined ? {} : { readiness: mapReadiness(readiness, change) }),
    ...(dryRun?.prompt === undefined
      ? {}
      : { dryRun: { ...dryRun, prompt: { ...dryRun.prompt, preview: change(dryRun.prompt.preview) } } }),
    ...(run === undefined ? {} : { run: mapRun(run, change) }),
    ...(error === undefined ? {} : { error: mapError(error, change) }),
  };
}

function mapJob(job: JobSummary, change: Change): JobSummary {
  return {
    ...job,
    ...mapFields(job, ["title", "currentCommand", "error"], change),
    ...mapPending(job, change),
  };
}

/** What Codex asks for is its own text. */
function mapPending(
  { pending }: { readonly pending?: readonly Pending[] },
  change: Change,
): { readonly pending?: readonly Pending[] } {
  if (pending === undefined) return {};
  return {
    pending: pending.map((request) => ({
      ...request,
      ...mapLists(request, ["choices"], change),
      ...mapFields(request, ["text"], change),
      ...(request.questions === undefined
        ? {}
        : {
            questions: request.questions.map((question) => ({
              ...question,
              ...mapFields(question, ["text"], change),
              ...mapLists(question, ["choices"], change),
            })),
          }),
    })),
  };
}

function mapFinding(finding: Finding, change: Change): Finding {
  const names = ["title", "quote", "body", "failurePath", "risk", "recommendation"] as const;
  return { ...finding, ...mapFields(finding, names, change) };
}

function mapReadiness(readiness: Readiness, change: Change): Readiness {
  return { ...readiness, problems: readiness.problems.map((problem) => mapError(problem, change)) };
}

function mapRun(run: RunFacts, change: Change): RunFacts {
  return { ...run, ...mapLists(run, ["warnings"], change) };
}

function mapError(error: ErrorReport, change: Change): ErrorReport {
  const { repair, details } = error;
  return {
    ...error,
    message: change(error.message),
    repair: { ...repair, ...mapFields(repair, ["say", "command"], change) },
    ...(details === undefined ? {} : { details: mapRecord(details, change) }),
  };
}

function mapRecord(record: Readonly<Record<string, unknown>>, change: Change): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, mapValue(value, change)]));
}

function mapValue(value: unknown, change: Change): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each) => mapValue(each, change));
  return typeof value === "object" && value !== null
    ? mapRecord(Object.fromEntries(Object.entries(value)), change)
    : value;
}

/** The named texts that are there, changed. */
function mapFields<Name extends string>(
  record: Readonly<Partial<Record<Name, string>>>,
  names: readonly Name[],
  change: Change,
): Partial<Record<Name, string>> {
  const fields: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const text = record[name];
    if (text !== undefined) fields[name] = change(text);
  }
  return fields;
}

/** The named lists of texts that are there, changed. */
function mapLists<Name extends string>(
  record: Readonly<Partial<Record<Name, readonly string[]>>>,
  names: readonly Name[],
  change: Change,
): Partial<Record<Name, readonly string[]>> {
  const lists: Partial<Record<Name, readonly string[]>> = {};
  for (const name of names) {
    const texts = record[name];
    if (texts !== undefined) lists[name] = texts.map(change);
  }
  return lists;
}
