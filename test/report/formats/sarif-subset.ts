import { z } from "zod";

/**
 * SARIF 2.1.0, as far as we write it: every object closed, with the standard's own rules for its values. No npm package carries
 * the official schema; the shapes of all objects are checked against `@types/sarif` when the sources are compiled.
 */
const message = z.strictObject({ text: z.string().min(1) });
const level = z.enum(["none", "note", "warning", "error"]);
const bag = z.record(z.string(), z.unknown());
const utc = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
const index = z.int().min(0);

/** A relative reference (RFC 3986) without dot segments: code scanning joins it to the root of the checkout. */
const relativeUri = z
  .string()
  .min(1)
  .regex(/^(?!\/)(?:[A-Za-z0-9\-._~!$&'()*+,;=@/]|%[0-9A-F]{2})+$/)
  .refine((uri) => !uri.split("/").some((part) => ["", ".", ".."].includes(part)));

const artifactLocation = z.strictObject({ uri: relativeUri, uriBaseId: z.literal("%SRCROOT%") });

const region = z
  .strictObject({
    startLine: z.int().min(1),
    endLine: z.int().min(1),
    snippet: message.optional(),
  })
  .refine(({ startLine, endLine }) => endLine >= startLine);

const location = z.strictObject({
  physicalLocation: z.strictObject({ artifactLocation, region: region.optional() }),
});

const rule = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  shortDescription: message,
  fullDescription: message,
  help: message,
  defaultConfiguration: z.strictObject({ level }),
  properties: bag,
});

const result = z.strictObject({
  ruleId: z.string().min(1),
  ruleIndex: index,
  level,
  message,
  /** Optional in the standard; code scanning refuses a file with a result that has none. */
  locations: z.array(location).length(1),
  partialFingerprints: z.strictObject({ "codexTandemFinding/v1": z.string() }),
  properties: bag,
});

const notification = z.strictObject({
  descriptor: z.strictObject({ id: z.string().min(1) }),
  associatedRule: z.strictObject({ id: z.string().min(1), index }).optional(),
  level,
  message,
  properties: bag.optional(),
});

const invocation = z.strictObject({
  executionSuccessful: z.boolean(),
  exitCode: z.int().optional(),
  startTimeUtc: utc.optional(),
  endTimeUtc: utc.optional(),
  toolExecutionNotifications: z.array(notification).min(1).optional(),
});

const run = z
  .strictObject({
    tool: z.strictObject({
      driver: z.strictObject({
        name: z.literal("codex-tandem"),
        version: z.string().optional(),
        semanticVersion: z.string().optional(),
        rules: z.array(rule),
      }),
    }),
    automationDetails: z.strictObject({ id: z.string().min(1), description: message.optional() }),
    versionControlProvenance: z
      .array(z.strictObject({ repositoryUri: z.url(), revisionId: z.string() }))
      .length(1)
      .optional(),
    originalUriBaseIds: z.strictObject({ "%SRCROOT%": z.strictObject({ description: message }) }),
    invocations: z.array(invocation).length(1),
    results: z.array(result),
    columnKind: z.literal("utf16CodeUnits"),
    properties: bag,
  })
  .refine(({ tool, results }) => {
    const ids = tool.driver.rules.map(({ id }) => id);
    return (
      new Set(ids).size === ids.length && results.every(({ ruleId, ruleIndex }) => ids[ruleIndex] === ruleId)
    );
  }, "each result refers to a rule of its own run, by the right id and index");

export const sarifLog = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.array(run).min(1),
});
