import { describe, expect } from "vitest";
import { parseOverrides, refuseProtected } from "../../src/codex/overrides.ts";
import { pins } from "../../src/codex/pins.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

/** Keys that decide what pins and tiers mean, and older names under which Codex still takes a pinned key. */
const reserved: readonly string[] = [
  "sandbox_mode",
  "sandbox_workspace_write",
  "approval_policy",
  "approvals_reviewer",
  "permissions",
  "default_permissions",
  "tools.web_search",
  "features.web_search_request",
  "features.web_search_cached",
  "features.standalone_web_search",
  "features.connectors",
  "features.multi_agent",
  "features.collab",
  "features.shell_snapshot_v2",
  "features.hooks",
  "features.codex_hooks",
  "hooks",
  "plugins",
  "marketplaces",
  "apps",
  "profile",
  "profiles",
];

/** Every protected path, with a real name where the table has `*`. */
const protectedPaths: readonly (readonly string[])[] = [
  ...pins.map(({ path }) => path.map((part) => (part === "*" ? "my-provider" : part))),
  ...reserved.map((key) => key.split(".")),
];

async function refusal(...overrides: readonly string[]): Promise<string | undefined> {
  try {
    await parseOverrides(overrides);
    return undefined;
  } catch (error) {
    return (error as { report: { kind: string } }).report.kind;
  }
}

function escaped(part: string): string {
  return `"${Array.from(part, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`;
}

/** The ways in which TOML lets one part of a key be written. */
const partSpellings = [
  (part: string) => part,
  (part: string) => `"${part}"`,
  (part: string) => `'${part}'`,
  escaped,
  (part: string) => ` ${part}\t`,
] as const;

const values = ["true", '"text"', "plain words", "{}", "[]", "{ x = 1 }", "[{ x = 1 }]", "0x1f"] as const;

describe.each(protectedPaths.map((path) => [path.join("."), path] as const))("%s", (_name, path) => {
  verifies("codex.overrides", "is refused in every spelling of its parts", async () => {
    for (const spell of partSpellings) {
      expect(await refusal(`${path.map(spell).join(".")}=true`)).toBe("config_rejected");
    }
  });

  verifies("codex.overrides", "is refused as a table at every depth, also within a longer list", async () => {
    for (let depth = 1; depth < path.length; depth += 1) {
      const inner = path.slice(depth).join(".");
      const option = `${path.slice(0, depth).join(".")}={ harmless = 1, ${inner} = "x" }`;
      expect(await refusal("model_verbosity=low", option)).toBe("config_rejected");
    }
  });

  verifies(
    "codex.overrides",
    "is refused as one quoted key with dots, which Codex takes for a path",
    async () => {
      expect(await refusal(`"${path.join(".")}"=true`)).toBe("config_rejected");
      expect(await refusal(`${escaped(path.join("."))}=true`)).toBe("config_rejected");
    },
  );

  verifies("codex.overrides", "is refused when a part below it, or the table around it, is set", async () => {
    expect(await refusal(`${path.join(".")}.below.it=1`)).toBe("config_rejected");
    if (path.length > 1) expect(await refusal(`${path.slice(0, -1).join(".")}=1`)).toBe("config_rejected");
  });
});

verifies("codex.overrides", "no spelling, nesting or value gets a protected key through", async () => {
  const spelling = fc.constantFrom(...partSpellings);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...protectedPaths),
      fc.array(spelling, { minLength: 5, maxLength: 5 }),
      fc.nat(3),
      fc.constantFrom(...values),
      fc.constantFrom("", " ", "\t "),
      async (path, spellings, depth, value, space) => {
        const parts = path.map((part, index) => (spellings[index] ?? partSpellings[0])(part));
        const outer = parts.slice(0, Math.max(1, parts.length - depth));
        const inner = parts.slice(outer.length);
        const isToml = value !== "plain words";
        // A bare word is a text only right behind the first `=`.
        const nested = isToml ? value : '"plain words"';
        const right = inner.length === 0 ? value : `{ ${inner.join(".")} = ${nested} }`;
        expect(await refusal(`${outer.join(".")}${space}=${space}${right}`)).toBe("config_rejected");
      },
    ),
    fc.cases(500),
  );
});

verifies(
  "codex.overrides",
  "any provider's retry and idle limits are protected, its other keys are not",
  async () => {
    const names = ["openai", '"a.b"', "'with space'", '"model_providers"'];
    for (const name of names) {
      expect(await refusal(`model_providers.${name}.request_max_retries=99`)).toBe("config_rejected");
      expect(await refusal(`model_providers={ ${name} = { stream_max_retries = 99 } }`)).toBe(
        "config_rejected",
      );
      expect(await refusal(`model_providers.${name}.base_url="http://127.0.0.1:1/v1"`)).toBeUndefined();
    }
  },
);

verifies("codex.overrides", "harmless keys pass with their types, later ones over earlier ones", async () => {
  const table = await parseOverrides([
    "model_reasoning_effort=high",
    "model_verbosity = 'low'",
    "model_context_window=200000",
    "hide_agent_reasoning=true",
    "tools.view_image = { enabled = false }",
    'model_providers.p={name="P", http_headers={"X-A.B"="1"}}',
    "model_providers.p.name=Q",
    'project_doc_fallback_filenames=["A.md", "B.md"]',
    "temperature=0.5",
    "words=a=b, [c",
  ]);
  expect(table).toEqual({
    model_reasoning_effort: "high",
    model_verbosity: "low",
    model_context_window: 200000,
    hide_agent_reasoning: true,
    tools: { view_image: { enabled: false } },
    model_providers: { p: { name: "Q", http_headers: { "X-A.B": "1" } } },
    project_doc_fallback_filenames: ["A.md", "B.md"],
    temperature: 0.5,
    words: "a=b, [c",
  });
});

verifies("codex.overrides", "what is no key and value is a usage error, whatever it holds", async () => {
  const broken = [
    "",
    "=1",
    "key",
    "a b=1",
    "a..b=1",
    'a=1\nweb_search="live"',
    "a=1\r\nb=2",
    "a=2024-01-01",
    "[t]=1",
  ];
  for (const text of broken) expect(await refusal(text)).toBe("usage");
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      expect(["usage", "config_rejected", undefined]).toContain(await refusal(text));
    }),
  );
});

verifies("codex.overrides", "a key named like a part of JavaScript changes nothing else", async () => {
  const table = await parseOverrides(['__proto__.model_provider="other"', "a=1"]);
  expect(table["model_provider"]).toBeUndefined();
  expect(JSON.parse(JSON.stringify(table))).toHaveProperty("a", 1);
});

verifies("codex.overrides", "the refusal names the key, the reason and the option", () => {
  expect(() => refuseProtected({ features: { goals: true } }, "-c features.goals=true")).toThrow(
    "-c features.goals=true: features.goals is not accepted: An active goal starts further turns after the answer.",
  );
});
