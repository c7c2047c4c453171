// Writes .oxlintrc.json: the layer order of ARCHITECTURE.md is one list here, so that the lint rule and the list cannot drift apart.
// Run `npm run lint:config` after changing it; `--check` writes nothing and fails when the committed file differs.
import { readFileSync, writeFileSync } from "node:fs";

/** Layers from the innermost out. A layer imports only from layers above it in this list. */
const layers = [
  "domain",
  "settings",
  "codex",
  "workspace",
  "privacy",
  "evidence",
  "tasks",
  "jobs",
  "broker",
  "rehearsal",
  "setup",
  "report",
  "surfaces",
];

const layerRule = (layer, index) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: layers.slice(index + 1).map((later) => ({
          group: [`**/${later}/**`],
          message: `src/${layer} is below src/${later}: imports point up the layer list only (ARCHITECTURE.md).`,
        })),
      },
    ],
  },
});

const config = {
  $schema: "./node_modules/oxlint/configuration_schema.json",
  plugins: ["typescript", "unicorn", "import", "promise", "node"],
  categories: { correctness: "error", suspicious: "error" },
  ignorePatterns: ["plugin/dist/**", "src/codex/protocol/generated.ts"],
  rules: {
    eqeqeq: "error",
    "no-empty": "error",
    "no-shadow": "off",
    "consistent-return": "off",
    "no-console": "error",
    "no-await-in-loop": "off",
    "no-underscore-dangle": "off",
    "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
    "import/no-cycle": "error",
    "import/no-unassigned-import": "off",
    "unicorn/no-array-sort": "off",
    "unicorn/consistent-function-scoping": "off",
    "unicorn/prefer-add-event-listener": "off",
    "promise/always-return": "off",
    "no-unmodified-loop-condition": "off",
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/no-unsafe-type-assertion": "error",
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "typescript/consistent-type-imports": "error",
    "typescript/return-await": ["error", "in-try-catch"],
    "typescript/restrict-template-expressions": "off",
    "typescript/no-base-to-string": "off",
    "typescript/no-unnecessary-boolean-literal-compare": "off",
  },
  overrides: [
    ...layers.map(layerRule).filter((entry) => entry.rules["no-restricted-imports"][1].patterns.length > 0),
    {
      files: ["scripts/**", "bench/**", ".ci/**"],
      rules: { "no-console": "off" },
    },
    {
      // Test rigs narrow JSON that they themselves wrote; a wrong cast there fails the test.
      files: ["test/**"],
      rules: {
        "typescript/no-unsafe-type-assertion": "off",
        "max-lines": "off",
        "no-console": "off",
        "no-restricted-imports": [
          "error",
          {
            paths: [
              { name: "fast-check", message: "Take it from test/support/property.ts, which sets the seed." },
            ],
          },
        ],
      },
    },
    { files: ["test/support/property.ts"], rules: { "no-restricted-imports": "off" } },
  ],
};

const target = new URL("../.oxlintrc.json", import.meta.url);
const fresh = `${JSON.stringify(config, null, 2)}\n`;
if (!process.argv.includes("--check")) {
  writeFileSync(target, fresh);
} else if (readFileSync(target, "utf8") !== fresh) {
  console.error(".oxlintrc.json differs from scripts/lint-config.mjs: run `npm run lint:config`.");
  process.exitCode = 1;
}
