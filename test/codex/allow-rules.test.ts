import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { describeAllowRules, findAllowRules } from "../../src/codex/allow-rules.ts";
import { makeFolder } from "../jobs/support.ts";
import { verifies } from "../support/requirements.ts";

function homeWith(files: Readonly<Record<string, string>>): string {
  const home = makeFolder();
  mkdirSync(join(home, "rules"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, "rules", name), text);
  return home;
}

async function find(codexHome: string): Promise<readonly string[]> {
  return findAllowRules({ codexHome, cwd: makeFolder(), untrusted: false });
}

const rules: readonly (readonly [claim: string, text: string, allows: boolean])[] = [
  ["a rule that allows", 'prefix_rule(pattern=["git", "status"], decision="allow")', true],
  ["a rule without a decision", 'prefix_rule(pattern = ["git"])', true],
  ["single quotes and free spacing", "prefix_rule (\n  pattern=['ls'],\n  decision = 'allow',\n)", true],
  ["a decision that is computed", 'how = "allow"\nprefix_rule(pattern=["ls"], decision=how)', true],
  ["a rule that asks", 'prefix_rule(pattern=["rm"], decision="prompt")', false],
  ["a rule that forbids", "prefix_rule(pattern=['rm'], decision='forbidden')", false],
  ["an empty file", "", false],
  ["a rule in a comment", '# prefix_rule(pattern=["ls"])\n', false],
  ["a decision in a comment", 'prefix_rule(pattern=["ls"]) # decision="prompt"', true],
  [
    "a number sign inside a pattern",
    'prefix_rule(pattern=["grep", "#"], decision="forbidden", justification="no")',
    false,
  ],
  [
    "a decision inside a justification",
    `prefix_rule(pattern=["ls"], justification="decision='prompt' was too much")`,
    true,
  ],
  [
    "the decision of another rule behind it",
    'prefix_rule(pattern=["ls"])\nnetwork_rule(host="a.example", protocol="https", decision="forbidden")',
    true,
  ],
  [
    "one that allows among others",
    'prefix_rule(pattern=["a"], decision="prompt")\nprefix_rule(pattern=["b"])\nprefix_rule(pattern=["c"], decision="forbidden")',
    true,
  ],
  ["examples with parentheses", 'prefix_rule(pattern=["a"], match=["f(x)", "("], decision="prompt")', false],
  [
    "a long text over several lines",
    'prefix_rule(pattern=["a"], justification="""it\n says "no" (here)""", decision="prompt")',
    false,
  ],
  ["rules for hosts only", 'network_rule(host="a.example", protocol="https", decision="allow")', false],
];

for (const [claim, text, allows] of rules) {
  verifies("tasks.allow_rules", `${claim}: ${allows ? "allows" : "allows nothing"}`, async () => {
    const home = homeWith({ "default.rules": text });
    expect(await find(home)).toEqual(allows ? [join(home, "rules", "default.rules")] : []);
  });
}

verifies(
  "tasks.allow_rules",
  "only rule files count, each by its path, and no folder means no rules",
  async () => {
    const rule = 'prefix_rule(pattern=["ls"])';
    const home = homeWith({ "a.rules": rule, "b.rules": rule, "c.rules.bak": rule, "d.txt": rule });
    mkdirSync(join(home, "rules", "e.rules"));
    const found = await find(home);
    expect(found.toSorted()).toEqual([join(home, "rules", "a.rules"), join(home, "rules", "b.rules")]);
    expect(await find(makeFolder())).toEqual([]);
  },
);

verifies("tasks.allow_rules", "a named pipe that a repository brings holds nothing up", async () => {
  const home = homeWith({});
  execFileSync("mkfifo", [join(home, "rules", "a.rules")]);
  expect(await find(home)).toEqual([]);
});

verifies("tasks.allow_rules", "the warning names the files and what leaves them out", () => {
  expect(describeAllowRules([])).toBeUndefined();
  expect(describeAllowRules(["/h/rules/a.rules"])).toMatch(/\/h\/rules\/a\.rules .*--isolation ignore-rules/);
});

verifies(
  "tasks.allow_rules",
  "rules of the project count from its root down to the folder of the run",
  async () => {
    const root = makeFolder();
    const cwd = join(root, "middle", "deep");
    const rule = 'prefix_rule(pattern=["ls"])';
    const places = [root, join(root, "middle"), cwd, join(cwd, "below"), join(root, "beside")];
    for (const place of places) {
      mkdirSync(join(place, ".codex", "rules"), { recursive: true });
      writeFileSync(join(place, ".codex", "rules", "a.rules"), rule);
    }
    const paths = places.map((place) => join(place, ".codex", "rules", "a.rules"));
    const codexHome = makeFolder();
    const found = async (untrusted: boolean) => findAllowRules({ codexHome, cwd, untrusted });
    mkdirSync(join(root, ".git"));
    expect((await found(false)).toSorted()).toEqual(paths.slice(0, 3).toSorted());
    expect(await found(true)).toEqual([]);
  },
);
