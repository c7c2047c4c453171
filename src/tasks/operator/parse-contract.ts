import type { Document, Node } from "yaml";
import type { OperatorContract } from "../../domain/operator.ts";
import { parseDuration } from "../../settings/duration.ts";
import { quote } from "../../settings/quote.ts";
import { suggest } from "../../settings/suggest.ts";
import { type ContractFault, contractProblem, type Place } from "./contract-problem.ts";
import { faultOf } from "./contract-rules.ts";
import { type ContractFile, contractSchema } from "./contract-schema.ts";
import { firstLine, plainOf, readYamlText } from "./read-yaml.ts";
import { withoutNothing } from "./without-nothing.ts";

/** Longest operator file, in bytes. */
export const longestContract = 256_000;

/**
 * Reads the text of an operator's file. `include` gives the text of a file that it names (`./…`), beside it. Throws `usage` with the
 * line and the column of what is wrong.
 */
export function parseContract(
  text: string,
  file: string,
  include: (path: string) => string,
): OperatorContract {
  if (Buffer.byteLength(text) > longestContract) {
    throw contractProblem(file, `it is longer than ${longestContract} bytes`);
  }
  const yaml = readYamlText(text, file);
  const { document, placeAt } = yaml;
  const placeOf = (path: readonly PropertyKey[]): Place => {
    for (let length = path.length; length >= 0; length--) {
      const node = nodeAt(document, path.slice(0, length));
      if (node?.range) return placeAt(node.range[0]);
    }
    return { line: 1, column: 1 };
  };
  const refuse = ({ path, problem }: ContractFault) => contractProblem(file, problem, placeOf(path));
  const parsed = contractSchema.safeParse(plainOf(yaml, file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (issue === undefined) throw contractProblem(file, "it is not an operator");
    throw refuse(describeIssue(issue));
  }
  const contract = build(parsed.data, (path, named) => {
    try {
      return include(named);
    } catch (error) {
      throw refuse({ path, problem: error instanceof Error ? error.message : String(error) });
    }
  });
  const fault = faultOf(contract);
  if (fault !== undefined) throw refuse(fault);
  return contract;
}

function nodeAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  // `getIn` knows no type of what it finds; only what has a place is used.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return typeof node === "object" && node !== null && "range" in node ? (node as Node) : undefined;
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  /** Of a name that may not be one. */
  readonly issues?: readonly Issue[];
  /** Of a value that may be of several kinds: what it lacks of each. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** What zod says of a value, as one sentence for whoever wrote the file. */
function describeIssue(issue: Issue): ContractFault {
  const { path, message, keys = [] } = issue;
  const where = path.length === 0 ? "" : `\`${path.map(String).join(".")}\`: `;
  const [unknown] = keys;
  if (unknown !== undefined) {
    const meant = suggest(unknown, knownKeys);
    const hint = meant === undefined ? "" : ` (${meant}?)`;
    return { path: [...path, unknown], problem: `${where}there is no key ${quote(unknown)} here${hint}` };
  }
  const [ofName] = issue.issues ?? [];
  if (ofName !== undefined) return { path, problem: `${where}the name ${ofName.message}` };
  // The kind that comes nearest is the one of the right type, which something else is wrong with.
  const near = (issue.errors ?? []).flat().find(({ code }) => code !== "invalid_type");
  if (near !== undefined) return describeIssue({ ...near, path: [...path, ...near.path] });
  return { path, problem: `${where}${message.charAt(0).toLowerCase()}${message.slice(1)}` };
}

const knownKeys = [...Object.keys(contractSchema.shape), "type", "about", "required", "default", "values"];

function build(
  { tandem: _tandem, prompt, timeout, ...rest }: ContractFile,
  include: (path: readonly PropertyKey[], named: string) => string,
): OperatorContract {
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout);
  const read = (path: readonly PropertyKey[], value: unknown): unknown =>
    typeof value === "string" && value.startsWith("./") ? parseIncluded(include(path, value), value) : value;
  const checks = rest.checks.map((check, index) =>
    check.check === "schema" ? { ...check, schema: read(["checks", index, "schema"], check.schema) } : check,
  );
  // Keys whose value is undefined are as good as absent to zod; to the types of the domain they are not.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return withoutNothing({
    ...rest,
    prompt: typeof prompt === "string" ? prompt : include(["prompt", "file"], prompt.file),
    checks,
    returns: read(["returns"], rest.returns),
    timeoutMs,
  }) as OperatorContract;
}

function parseIncluded(text: string, named: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${named} is not JSON: ${firstLine(String(error))}`, { cause: error });
  }
}
