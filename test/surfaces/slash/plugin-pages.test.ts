import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { slashCommands } from "../../../src/surfaces/slash/slash-commands.ts";
import { verifies } from "../../support/requirements.ts";

const plugin = join(import.meta.dirname, "../../../plugin");
const names = [...Object.keys(slashCommands), "dry-run"].sort();

verifies("plugin.commands.run", "the plugin's hook reads each command that has a page, and no other", () => {
  const pages = readdirSync(join(plugin, "commands")).map((file) => file.replace(/\.md$/, ""));
  expect(pages.sort()).toEqual(names);
  const { hooks } = JSON.parse(readFileSync(join(plugin, "hooks/hooks.json"), "utf8"));
  const [{ matcher }] = hooks.UserPromptExpansion;
  expect(/^\^codex:\((.*)\)\$$/.exec(matcher)?.[1]?.split("|").sort()).toEqual(names);
});

verifies("plugin.commands.run", "the plugin's page says of each command what it is for", () => {
  const page = readFileSync(join(plugin, "README.md"), "utf8");
  const named = new Set([...page.matchAll(/`\/codex:([a-z-]+)/g)].map(([, name]) => name));
  expect(names.filter((name) => !named.has(name))).toEqual([]);
});
