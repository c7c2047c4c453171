import type { CheckSpec, Range } from "../../domain/operator.ts";

/** What a check is called in the evidence. */
export function nameOfCheck(check: CheckSpec, label: string): string {
  switch (check.check) {
    case "command":
      return `command ${check.run.join(" ")}`.slice(0, 80);
    case "changed":
      return `${label} was changed`;
    case "value":
      return `${label}: ${check.at === "" ? "value" : check.at}`;
    default:
      return `${label}: ${check.check}`;
  }
}

/** What a check asks for, as one line of the contract. */
export function describeCheck(check: CheckSpec): string {
  const words = wordsOf(check);
  return check.required === false ? `${words} (advice)` : words;
}

function wordsOf(check: CheckSpec): string {
  switch (check.check) {
    case "type":
      return `${check.output} is of type ${typeof check.is === "string" ? check.is : check.is.join(" or ")}, by its bytes`;
    case "size":
      return `${check.output} has ${rangeWords(check)} bytes`;
    case "image":
      return `${check.output} is a whole image${imageWords(check)}`;
    case "schema":
      return `${check.output} is JSON that follows this schema: ${JSON.stringify(check.schema)}`;
    case "value":
      return `${check.output} is JSON in which ${check.at === "" ? "the whole" : check.at} ${
        check.equals === undefined ? "is there" : `is ${JSON.stringify(check.equals)}`
      }`;
    case "text":
      return `${check.output} ${check.absent === true ? "does not match" : "matches"} the pattern ${JSON.stringify(check.pattern)}`;
    case "changed":
      return `${check.output} differs from what it was`;
    case "command":
      return `this command ends with exit code ${check.exit ?? 0}: ${JSON.stringify(check.run)}`;
  }
}

function imageWords({ width, height, aspect, alpha }: Extract<CheckSpec, { check: "image" }>): string {
  const words = [
    ...(width === undefined ? [] : [`${measureWords(width)} pixels wide`]),
    ...(height === undefined ? [] : [`${measureWords(height)} pixels high`]),
    ...(aspect === undefined ? [] : [`of aspect ${aspect}`]),
    ...(alpha === undefined ? [] : [alpha ? "with transparency" : "without transparency"]),
  ];
  return words.length === 0 ? "" : `, ${words.join(", ")}`;
}

function measureWords(measure: number | Range): string {
  return typeof measure === "number" ? String(measure) : rangeWords(measure);
}

function rangeWords({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  return min === undefined ? `at most ${max ?? "any number of"}` : `at least ${min}`;
}
