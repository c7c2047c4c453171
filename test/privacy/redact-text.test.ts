import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect } from "vitest";
import { redact } from "../../src/privacy/redact.ts";
import { redactText } from "../../src/privacy/redact-text.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { after, anySecret, before, noise } from "./secrets.ts";

/** Kinds that only secretlint knows. */
const huggingFace = `hf_${"aBcDeFgH".repeat(4)}aB`;
const figma = `figd_${"aB3".repeat(15)}`;

verifies("privacy.second-pass", "secretlint finds kinds that our own rules do not know", async () => {
  const text = `one ${huggingFace} two\r\nthree ${figma}.`;
  expect(redact(text)).toBe(text);
  const { text: redacted, marks } = await redactText(text);
  expect(redacted).toBe("one [redacted:huggingface] two\r\nthree [redacted:figma].");
  expect(marks).toEqual([
    { rule: "huggingface", count: 1 },
    { rule: "figma", count: 1 },
  ]);
});

verifies("privacy.second-pass", "a comment for secretlint in the text switches nothing off", async () => {
  const lines = [
    "// secretlint-disable",
    "/* secretlint-disable */",
    `x = "${figma}" // secretlint-disable-line`,
  ];
  expect((await redactText(lines.join("\n"))).text).not.toContain(figma);
});

verifies("privacy.second-pass", "where both find a URL, the host stays readable", async () => {
  const { text, marks } = await redactText(
    `mongodb://app:${"aB3".repeat(4)}@db.example.com:27017/main?ssl=true`,
  );
  expect(text).toBe("mongodb://app:[redacted:url-password]@db.example.com:27017/main?ssl=true");
  expect(marks).toEqual([{ rule: "url-password", count: 1 }]);
});

verifies(
  "privacy.second-pass",
  "a secret deep in a long text is found where it is, also after a byte order mark",
  async () => {
    const line = "const ordinary = 1; // a line of code\n";
    const padding = line.repeat(2_000);
    for (const lead of ["", "\uFEFF"]) {
      for (const cut of [0, 11, 500, 867, 870]) {
        const shifted = lead + padding.slice(cut);
        const { text } = await redactText(`${shifted}key ${figma} end\n${padding}${huggingFace}`);
        expect(text).toBe(`${shifted}key [redacted:figma] end\n${padding}[redacted:huggingface]`);
      }
    }
  },
);

verifies(
  "privacy.second-pass",
  "when secretlint fails, the first pass stands and the failure is told",
  async () => {
    const token = `ghp_${"aB3".repeat(12)}`;
    const result = await redactText(`a ${token}`, async () => Promise.reject(new Error("no such chunk")));
    expect(result).toEqual({
      text: "a [redacted:github]",
      marks: [{ rule: "github", count: 1 }],
      onlyOwnRules: "no such chunk",
    });
  },
);

verifies("privacy.marks", "both passes twice are both passes once", async () => {
  const piece = fc.oneof(
    noise,
    before,
    after,
    anySecret.map(({ text }) => text),
    fc.constantFrom(figma, huggingFace),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
      const once = await redactText(pieces.join(""));
      expect(once.onlyOwnRules).toBeUndefined();
      expect((await redactText(once.text)).text).toBe(once.text);
    }),
    fc.cases(400),
  );
});

verifies("privacy.second-pass", "a process that redacts for days collects no notes of it", async () => {
  const marksBefore = performance.getEntriesByType("mark").length;
  for (let index = 0; index < 20; index += 1) await redactText(`text ${index}`);
  expect(performance.getEntriesByType("mark")).toHaveLength(marksBefore);
});

verifies(
  "privacy.robust",
  "both passes take four times as long for four times the text, or little more",
  async () => {
    const hostile = [
      "ghp_",
      "SG.a.",
      "mongodb://a:b@c ",
      "_authToken=",
      "xoxb-a-",
      "http://a:",
      `${figma} `,
      "sk-proj-",
    ];
    for (const unit of hostile) {
      const small = await effortOf(unit.repeat(Math.ceil(60_000 / unit.length)));
      const large = await effortOf(unit.repeat(Math.ceil(240_000 / unit.length)));
      expect({ unit, isFar: large / small > 12 }).toEqual({ unit, isFar: false });
    }
  },
);

/** Processor time in microseconds, the best of some runs. */
async function effortOf(text: string): Promise<number> {
  const efforts: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const start = process.cpuUsage();
    await redactText(text);
    const { user, system } = process.cpuUsage(start);
    efforts.push(user + system);
  }
  return Math.max(1_000, Math.min(...efforts));
}

verifies(
  "privacy.second-pass",
  "in the bundle, secretlint is a file of its own that the first use loads",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "tandem-privacy-"));
    try {
      const { metafile } = await build({
        entryPoints: [fileURLToPath(new URL("../../src/privacy/redact-text.ts", import.meta.url))],
        outdir: folder,
        outExtension: { ".js": ".mjs" },
        metafile: true,
        bundle: true,
        splitting: true,
        platform: "node",
        format: "esm",
        target: "node20.19",
        mainFields: ["module", "main"],
        logLevel: "silent",
        // As the product's own build has it, for packages in CommonJS.
        banner: {
          js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
        },
      });
      const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) =>
        entryPoint?.endsWith("redact-text.ts"),
      );
      expect(Object.keys(entry?.[1].inputs ?? {}).filter((path) => path.includes("node_modules"))).toEqual(
        [],
      );
      const program = `import { redactText } from "./redact-text.mjs"; console.log(JSON.stringify(await redactText("${figma}")));`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--input-type=module", "--eval", program],
        {
          cwd: folder,
        },
      );
      expect(JSON.parse(stdout)).toEqual({ text: "[redacted:figma]", marks: [{ rule: "figma", count: 1 }] });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
