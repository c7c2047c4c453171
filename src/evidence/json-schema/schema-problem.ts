import { isRecord } from "../../domain/json.ts";
import { formProblem, keywords, schemasIn } from "./keywords.ts";

const deepest = 200;

/**
 * Why a JSON Schema cannot be held against a value; undefined when it can. A keyword that is not known is refused: a check that passes over
 * half of what it was told proves nothing.
 */
export function jsonSchemaProblem(schema: unknown): string | undefined {
  return problemAt(schema, "#", { root: schema, seen: new Set() }, 0);
}

interface Walk {
  readonly root: unknown;
  /** What was looked at already: references lead there again. */
  readonly seen: Set<unknown>;
}

function problemAt(schema: unknown, place: string, walk: Walk, depth: number): string | undefined {
  if (typeof schema === "boolean") return undefined;
  if (!isRecord(schema)) return `${place} must be an object, true or false`;
  if (depth > deepest) return `${place} is nested too deeply`;
  if (walk.seen.has(schema)) return undefined;
  walk.seen.add(schema);
  for (const [name, value] of Object.entries(schema)) {
    const form = Object.hasOwn(keywords, name) ? keywords[name] : undefined;
    if (form === undefined)
      return `${place} has the keyword ${JSON.stringify(name)}, which is not known here`;
    const problem = formProblem(form, value);
    if (problem !== undefined) return `${place}/${name} ${problem}`;
    if (name === "$id" && place !== "#") return `${place} has an \`$id\` of its own, which is not known here`;
    const referred = typeof value === "string" && name === "$ref" ? pointedAt(walk.root, value) : true;
    if (referred === undefined) return `${place}/$ref names ${JSON.stringify(value)}, which is not there`;
    for (const [below, inner] of [...schemasIn(form, value), ["", referred] as const]) {
      const deeper = problemAt(inner, `${place}/${name}${below}`, walk, depth + 1);
      if (deeper !== undefined) return deeper;
    }
  }
  return undefined;
}

/** The schema at a place like `#/$defs/name`; undefined when there is none. */
export function pointedAt(root: unknown, reference: string): unknown {
  let found: unknown = root;
  for (const part of reference.split("/").slice(1)) {
    const key = decode(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Reflect.get(found, key);
  }
  return isRecord(found) || typeof found === "boolean" ? found : undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A per cent sign that stands for itself.
    return part;
  }
}
