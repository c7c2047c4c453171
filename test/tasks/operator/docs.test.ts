import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { errorCatalogue } from "../../../src/domain/errors/tandem-error.ts";
import { isRecord } from "../../../src/domain/json.ts";
import { fileTypes, inputTypes, outputSources, retryableKinds } from "../../../src/domain/operator.ts";
import { builtInOperators } from "../../../src/tasks/operator/built-in/all.ts";
import { operatorJsonSchema } from "../../../src/tasks/operator/contract-schema.ts";
import { parseContract } from "../../../src/tasks/operator/parse-contract.ts";
import { repository } from "../../support/repository.ts";
import { verifies } from "../../support/requirements.ts";
import { documentedOperator } from "./support.ts";

const page = readFileSync(join(repository, "docs", "operators.md"), "utf8");

/** The names of all keys that a JSON Schema knows, at any depth, apart from those of inputs, outputs and schemas. */
function keysOf(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (!isRecord(schema)) return [];
  const { properties } = schema;
  const own = isRecord(properties) ? Object.keys(properties) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

/** What stands in the first column of the table under a heading. */
function firstColumn(heading: string): readonly string[] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const [text = ""] = section.split("\n## ");
  return [...text.matchAll(/^\| (`[^|]*?) +\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []),
  );
}

describe("the page about operators", () => {
  verifies("operator.docs", "has a whole example that is valid", () => {
    const contract = parseContract(documentedOperator(), "changelog.yaml", () => {
      throw new Error("it includes nothing");
    });
    expect(contract.name).toBe("changelog");
  });

  verifies("operator.docs", "names every field, check and word of the format, and no other", () => {
    const schema = operatorJsonSchema();
    for (const name of new Set(keysOf(schema))) expect(page).toContain(`\`${name}`);
    expect(firstColumn("The fields").toSorted()).toEqual(
      isRecord(schema) && isRecord(schema["properties"]) ? Object.keys(schema["properties"]).toSorted() : [],
    );
    const kinds = [...JSON.stringify(schema).matchAll(/"const":"([a-z]+)"/g)].flatMap(
      ([, kind]) => kind ?? [],
    );
    expect(firstColumn("The checks").toSorted()).toEqual(kinds.toSorted());
    for (const word of [...fileTypes, ...inputTypes, ...outputSources, ...retryableKinds]) {
      expect(page).toContain(`\`${word}\``);
    }
    for (const name of Object.keys(builtInOperators)) expect(page).toContain(`\`${name}\``);
  });

  verifies("operator.docs", "tells the exit codes as they are", () => {
    const rows = page.split("\n").flatMap((line) => {
      const [, kinds = "", code] = /^\| (`[^|]+) \| +(\d+) +\|/.exec(line) ?? [];
      return [...kinds.matchAll(/`([a-z_]+)`/g)].map(([, kind = ""]) => [kind, Number(code)] as const);
    });
    expect(rows.length).toBeGreaterThan(10);
    const codes: ReadonlyMap<string, number> = new Map(
      Object.entries(errorCatalogue).map(([kind, { exitCode }]) => [kind, exitCode]),
    );
    for (const [kind, code] of rows) expect([kind, codes.get(kind)]).toEqual([kind, code]);
  });
});
