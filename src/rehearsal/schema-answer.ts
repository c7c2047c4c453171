import { isRecord } from "../domain/json.ts";
import type { LocatedFinding } from "./demo-findings.ts";
import { type JsonRecord, textOf } from "./json.ts";

/** What a scripted answer is made of. */
export interface AnswerContent {
  /** For every text that has no better value. */
  readonly note: string;
  readonly findings: readonly LocatedFinding[];
}

/** An answer of the shape that a JSON schema asks for. Lists are empty, except that lists of findings hold the known ones. */
export function answerFor(schema: JsonRecord, content: AnswerContent): unknown {
  const known: JsonRecord = {
    verdict: content.findings.length > 0 ? "fail" : "none",
    confidence: content.findings.length > 0 ? 0.9 : 0,
  };
  return fill({ schema, root: schema, name: "", known, content });
}

interface Slot {
  readonly schema: JsonRecord;
  readonly root: JsonRecord;
  /** Of the property that is filled. */
  readonly name: string;
  /** Values by property name, in lower case without underscores. */
  readonly known: JsonRecord;
  readonly content: AnswerContent;
}

function fill(slot: Slot): unknown {
  const schema = resolve(slot.schema, slot.root);
  const known = slot.known[nameKey(slot.name)];
  if (schema["const"] !== undefined) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"].includes(known) ? known : schema["enum"][0];
  const variants = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(variants)) return fill({ ...slot, schema: chooseVariant(variants, known) });
  switch (typeOf(schema, known) ?? "null") {
    case "object":
      return fillObject({ ...slot, schema });
    case "array":
      return fillArray({ ...slot, schema });
    case "string":
      return typeof known === "string" ? known : slot.content.note;
    case "integer":
    case "number":
      return typeof known === "number" ? known : 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}

function fillObject(slot: Slot): JsonRecord {
  const properties = isRecord(slot.schema["properties"]) ? slot.schema["properties"] : {};
  const filled = Object.entries(properties).map(([name, schema]) => {
    return [name, fill({ ...slot, name, schema: isRecord(schema) ? schema : {} })] as const;
  });
  return Object.fromEntries(filled);
}

function fillArray(slot: Slot): readonly unknown[] {
  const schema = isRecord(slot.schema["items"]) ? slot.schema["items"] : {};
  if (/finding|comment|issue/i.test(slot.name)) {
    return slot.content.findings.map((finding, index) =>
      fill({ ...slot, schema, name: "", known: knownOf(finding, index) }),
    );
  }
  const minimum = Number(slot.schema["minItems"] ?? 0);
  return Array.from({ length: minimum }, () => fill({ ...slot, schema, name: "" }));
}

function knownOf(finding: LocatedFinding, index: number): JsonRecord {
  return {
    index,
    number: index + 1,
    id: String(index + 1),
    title: finding.title,
    severity: finding.severity,
    priority: finding.priority,
    category: "fact",
    file: finding.path,
    path: finding.path,
    linestart: finding.lineStart,
    lineend: finding.lineEnd,
    start: finding.lineStart,
    end: finding.lineEnd,
    quote: finding.quote,
    body: finding.body,
    failurepath: finding.failurePath,
    risk: finding.risk,
    recommendation: finding.recommendation,
    confidence: finding.confidence,
  };
}

/** Null stands for "not known"; else the first variant. */
function chooseVariant(variants: readonly unknown[], known: unknown): JsonRecord {
  const records = variants.filter(isRecord);
  const nothing = records.find((variant) => variant["type"] === "null");
  const something = records.find((variant) => variant["type"] !== "null");
  return (known === undefined ? (nothing ?? something) : something) ?? {};
}

function typeOf(schema: JsonRecord, known: unknown): string | undefined {
  const { type } = schema;
  if (!Array.isArray(type)) return textOf(type) ?? (isRecord(schema["properties"]) ? "object" : undefined);
  if (known === undefined && type.includes("null")) return "null";
  return type.filter((name) => typeof name === "string").find((name) => name !== "null");
}

/** Follows a reference inside the schema, one level: schemas that OpenAI accepts have no chains of them. */
function resolve(schema: JsonRecord, root: JsonRecord): JsonRecord {
  const reference = textOf(schema["$ref"]);
  if (reference === undefined) return schema;
  let target: unknown = root;
  for (const part of reference.split("/").slice(1)) target = isRecord(target) ? target[part] : undefined;
  return isRecord(target) ? target : {};
}

function nameKey(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}
