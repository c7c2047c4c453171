import { messageOf } from "../../domain/errors/tandem-error.ts";
import { parseJson } from "../../domain/json.ts";
import type { CheckSpec, Range } from "../../domain/operator.ts";
import { isSameDigest } from "../../evidence/digest.ts";
import { fileType } from "../../evidence/files/file-type.ts";
import { imageFacts } from "../../evidence/files/image-facts.ts";
import { imageType } from "../../evidence/image-type.ts";
import { isSameJson } from "../../evidence/json-schema/canonical.ts";
import { schemaMismatch } from "../../evidence/json-schema/value-mismatch.ts";
import { isWholeImage } from "../../evidence/whole-image.ts";
import { withinTime } from "../../evidence/within-time.ts";
import type { CollectedOutput } from "./collected-output.ts";

/** A check that looks at one output. */
export type OutputCheck = Extract<CheckSpec, { output: string }>;

/** Whether the check passed, and what was seen. */
export interface Seen {
  readonly ok: boolean;
  readonly detail: string;
}

/** Holds the bytes of an output against one check. Never throws. */
export function checkOutput(check: OutputCheck, { content, digest, before }: CollectedOutput): Seen {
  if (content === undefined || digest === undefined) return no("there is nothing to look at");
  try {
    switch (check.check) {
      case "type": {
        const wanted = typeof check.is === "string" ? [check.is] : check.is;
        const found = fileType(content);
        // JSON is text too.
        const fits =
          found !== undefined && (wanted.includes(found) || (found === "json" && wanted.includes("text")));
        return { ok: fits, detail: `it is ${found ?? "of no known type"}; wanted: ${wanted.join(" or ")}` };
      }
      case "size":
        return inRange(content.length, check, "bytes");
      case "image":
        return checkImage(check, content);
      case "schema":
        return checkSchema(check.schema, content);
      case "value":
        return checkValue(check, content);
      case "text":
        return checkText(check, content);
      case "changed":
        return before !== undefined && !isSameDigest(before, digest)
          ? yes("it differs from the file before the run")
          : no("it is the same as before the run");
    }
  } catch (error) {
    return no(messageOf(error));
  }
}

function checkImage(check: Extract<OutputCheck, { check: "image" }>, content: Buffer): Seen {
  const type = imageType(content);
  const facts = type === undefined ? undefined : imageFacts(type, content);
  if (type === undefined || facts === undefined) return no("it is no image that can be measured");
  if (!isWholeImage(type, content)) return no("the image is cut off: its last part is missing");
  const { width, height, alpha } = facts;
  const size = `${width} x ${height}`;
  const rows = [
    check.width === undefined ? undefined : inRange(width, rangeOf(check.width), "pixels wide"),
    check.height === undefined ? undefined : inRange(height, rangeOf(check.height), "pixels high"),
    check.aspect === undefined ? undefined : checkAspect(width / height, check.aspect),
    check.alpha === undefined
      ? undefined
      : {
          ok: alpha === check.alpha,
          detail: alpha === true ? "it can be transparent" : "it cannot be transparent",
        },
  ].filter((row) => row !== undefined);
  const bad = rows.filter(({ ok }) => !ok);
  return bad.length === 0 ? yes(size) : no(`${size}: ${bad.map(({ detail }) => detail).join("; ")}`);
}

function checkAspect(found: number, wanted: string): Seen {
  const [width = 1, height = 1] = wanted.split(":").map(Number);
  const isNear = Math.abs(found / (width / height) - 1) <= 0.1;
  return { ok: isNear, detail: `its aspect is ${found.toFixed(2)}:1; wanted: ${wanted}` };
}

function checkSchema(schema: unknown, content: Buffer): Seen {
  const value = parseJson(content.toString("utf8"));
  if (value === undefined) return no("it is not JSON");
  const problem = schemaMismatch(value, schema);
  return problem === undefined ? yes("it follows the schema") : no(problem);
}

function checkValue({ at, equals }: Extract<OutputCheck, { check: "value" }>, content: Buffer): Seen {
  const value = valueAt(parseJson(content.toString("utf8")), at);
  const name = at === "" ? "the whole" : at;
  if (value === undefined) return no(`${name} is not there`);
  const shown = brief(JSON.stringify(value));
  if (equals === undefined) return yes(`${name} is ${shown}`);
  return {
    ok: isSameJson(value, equals),
    detail: `${name} is ${shown}; wanted: ${brief(JSON.stringify(equals))}`,
  };
}

/** `a.b.0`: names and places in lists; `$.` before it is fine. */
function valueAt(value: unknown, at: string): unknown {
  let found = value;
  for (const key of at
    .replace(/^\$\.?/, "")
    .split(".")
    .filter((part) => part !== "")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

const patternLimitMs = 1_000;

function checkText(
  { pattern, absent = false }: Extract<OutputCheck, { check: "text" }>,
  content: Buffer,
): Seen {
  const text = content.toString("utf8");
  const isFound = withinTime(patternLimitMs, () => new RegExp(pattern, "mu").test(text));
  return { ok: isFound === !absent, detail: `${brief(pattern)} is ${isFound ? "" : "not "}in it` };
}

function inRange(size: number, { min, max }: Range, unit: string): Seen {
  const ok = (min === undefined || size >= min) && (max === undefined || size <= max);
  const bounds = [min === undefined ? "" : `at least ${min}`, max === undefined ? "" : `at most ${max}`];
  return {
    ok,
    detail: `${size} ${unit}${ok ? "" : `; wanted: ${bounds.filter((text) => text !== "").join(", ")}`}`,
  };
}

function rangeOf(measure: number | Range): Range {
  return typeof measure === "number" ? { min: measure, max: measure } : measure;
}

function brief(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}

function yes(detail: string): Seen {
  return { ok: true, detail };
}

function no(detail: string): Seen {
  return { ok: false, detail };
}
