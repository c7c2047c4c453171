import type { lintSource } from "@secretlint/core";
import type { Span } from "./span.ts";

/**
 * What secretlint's recommended rules find in a text. It is loaded on the first call only
 * (about 15 ms), and sees the text in windows, since some of its steps grow with the square of what they are given.
 */
export async function findWithSecretlint(text: string): Promise<readonly Span[]> {
  if (!mayHoldSecret(text)) return [];
  const lint = await (loaded ??= load());
  const spans: Span[] = [];
  for (const { start, content } of windowsOf(text)) {
    for (const { ruleId, range } of await lint(content)) {
      const [from, to] = range;
      if (to > from) spans.push({ start: start + from, end: start + to, rule: shortName(ruleId) });
    }
  }
  return spans;
}

/** Every rule of the preset needs a long word, an address or a key's first line; ordinary prose does not pay for loading it. */
function mayHoldSecret(text: string): boolean {
  return /[\w+/=.-]{16}|:\/\/|-----BEGIN/.test(text);
}

const windowSize = 32_768;
/** No rule of the preset needs to see more than this at once, but for keys in PEM, which our own rules find. */
const overlap = 2_048;

function* windowsOf(text: string): Iterable<{ readonly start: number; readonly content: string }> {
  for (let start = 0; start < text.length; start += windowSize - overlap) {
    // Secretlint counts from behind a byte order mark.
    const first = start + (text.charCodeAt(start) === 0xfeff ? 1 : 0);
    yield { start: first, content: text.slice(first, start + windowSize) };
    if (start + windowSize >= text.length) return;
  }
}

type Messages = Awaited<ReturnType<typeof lintSource>>["messages"];
let loaded: Promise<(content: string) => Promise<Messages>> | undefined;

async function load(): Promise<(content: string) => Promise<Messages>> {
  const [{ lintSource }, { rules }, { secretLintProfiler }] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
    import("@secretlint/profiler"),
  ]);
  // It notes every step of every rule for good, which a process that lives for days cannot afford.
  secretLintProfiler.mark = () => undefined;
  const config = {
    rules: rules
      // Words in a text must not be able to switch redaction off; the preset's own `disabled` does not reach this rule.
      .filter(({ meta }) => meta.id !== "@secretlint/secretlint-rule-filter-comments")
      .map((rule) => ({ id: rule.meta.id, rule })),
  };
  return async (content) => {
    // The name has no ending and no folder: for some endings a rule reads the file of that name.
    const source = { filePath: "text", content, contentType: "text" } as const;
    return (await lintSource({ source, options: { config, noPhysicFilePath: true } })).messages;
  };
}

function shortName(ruleId: string): string {
  const name = ruleId.replace(/^.*secretlint-rule-/, "").toLowerCase();
  return name.replace(/[^a-z0-9]+/g, "-").slice(0, 40) || "secretlint";
}
