import { expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { renderGithub } from "../../../src/report/formats/render-github.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { envelopes } from "../fixtures.ts";
import { hostileReview } from "./hostile.ts";

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** What the runner of GitHub Actions reads as commands: at the beginning of a line, after white space, or the old form anywhere. */
function commandsIn(log: string): readonly Command[] {
  return log.split(/\r\n|[\n\r\u0085\u2028\u2029]/).flatMap((line) => {
    const modern = /^\s*::([^\s:]+)(?: ([^]*?))?::([^]*)$/.exec(line);
    if (modern !== null) {
      const [, name = "", list = "", message = ""] = modern;
      return [{ name, properties: propertiesIn(list), message: unescape(message) }];
    }
    const old = /##(?:vso)?\[([^\]]*)\]?/.exec(line);
    return old === null ? [] : [{ name: `old ${old[1] ?? ""}`, properties: {}, message: line }];
  });
}

function propertiesIn(list: string): Record<string, string> {
  const pairs = list.split(",").map((pair) => pair.split("="));
  return Object.fromEntries(
    pairs.map(([name = "", ...value]) => [
      name,
      unescape(value.join("=")).replaceAll("%3A", ":").replaceAll("%2C", ","),
    ]),
  );
}

function unescape(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

const show = (envelope: Envelope) => commandsIn(renderGithub(envelope));

verifies("formats.github", "a review with findings looks like this", async () => {
  await expect(renderGithub(envelopes.reviewWithFindings)).toMatchFileSnapshot("snapshots/review.github.txt");
});

verifies("formats.github", "findings are annotations at their lines, the gravest first", () => {
  const annotations = show(envelopes.reviewWithFindings).filter(({ name }) => !name.endsWith("group"));
  expect(
    annotations.map(({ name, properties }) => [
      name,
      properties["file"],
      properties["line"],
      properties["endLine"],
    ]),
  ).toEqual([
    ["error", "src/payments/refund.ts", "42", "58"],
    ["error", "src/db/连接池.ts", "7", "7"],
    ["notice", undefined, undefined, undefined],
    ["notice", "src/server/log.ts", "12", "12"],
    ["notice", undefined, undefined, undefined],
  ]);
  expect(annotations[0]?.properties["title"]).toBe(
    "critical: A refund can be paid out twice when two requests arrive at the same time",
  );
  expect(annotations[0]?.message).toContain("\n\nRisk: Money is paid out twice");
  expect(annotations[2]?.message).toMatch(/^At src\/net\/retry\.ts\.\n\n/);
});

verifies(
  "formats.github",
  "what failed or was not examined is an annotation too, and one line sums up",
  () => {
    const failed = renderGithub(envelopes.notLoggedIn);
    expect(failed).toMatch(/^::error title=codex-tandem%3A not_logged_in::Codex has no valid login/);
    expect(failed).toMatch(/\ncodex-tandem error: failed \(not_logged_in\)\n$/);
    const partial = renderGithub(envelopes.reviewPartial);
    expect(partial).toMatch(/^::warning title=codex-tandem%3A 20 paths not examined::/);
    expect(partial).toMatch(
      /\ncodex-tandem review of uncommitted changes: No verdict: 20 paths not examined, see below\.\n$/,
    );
  },
);

verifies("formats.github", "no text from outside makes a command or changes one", () => {
  fc.assert(
    fc.property(hostileReview, (envelope) => {
      const commands = show(envelope);
      const names = commands.map(({ name }) => name);
      const findings = envelope.findings ?? [];
      expect(
        names.filter((name) => !["error", "warning", "notice", "group", "endgroup"].includes(name)),
      ).toEqual([]);
      expect(names.filter((name) => name === "group" || name === "endgroup")).toEqual(["group", "endgroup"]);
      // The findings, the paths that were not examined, and the failure.
      expect(names.length - 2).toBe(findings.length + 1 + (envelope.error === undefined ? 0 : 1));
      for (const { properties } of commands) {
        expect(["file", "line", "endLine", "title", ""]).toEqual(
          expect.arrayContaining(Object.keys(properties)),
        );
      }
      const files = commands.flatMap(({ properties }) => properties["file"] ?? []);
      for (const file of files) expect(findings.map((finding) => finding.file)).toContain(file);
    }),
    fc.cases(1000),
  );
});

verifies("formats.github", "the whole result can be read in the log, in a folded part", () => {
  const log = renderGithub(envelopes.consult);
  expect(log).toMatch(
    /^::group::codex-tandem\n[^]*CREATE INDEX CONCURRENTLY[^]*\n::endgroup::\ncodex-tandem consult: done\n$/,
  );
});
