import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { slashCommandOf, slashCommands } from "../../../src/surfaces/slash/slash-commands.ts";
import { repository } from "../../support/repository.ts";
import { verifies } from "../../support/requirements.ts";

const folder = join(repository, "plugin", "commands");
const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ""));
const textOf = (page: string) => readFileSync(join(folder, `${page}.md`), "utf8");

for (const page of pages) {
  verifies("plugin.commands.listed", `the flags that are shown behind ${page} are its own`, () => {
    const [, hint = ""] = /^argument-hint: (.*)$/m.exec(textOf(page)) ?? [];
    const shown = [...hint.matchAll(/--([\w-]+)/g)].map(([, flag = ""]) => flag);
    const known = Object.entries(slashCommands).find(([name]) => name === page)?.[0];
    if (known === undefined) expect(shown).toEqual([]);
    else
      expect(Object.keys(slashCommandOf(page as keyof typeof slashCommands).flags)).toEqual(
        expect.arrayContaining(shown),
      );
  });

  // Claude Code puts what was typed into the shell's text. It puts a backslash before each `!` that begins a word of it (2.1.197,
  // 2.1.329), and nobody but the session knows its id: no line of it ends the here-document.
  verifies("plugin.commands.hostile", `nothing that is typed behind ${page} ends its here-document`, () => {
    const ends = [...textOf(page).matchAll(/<<(.*)/g)].map(([, end]) => end);
    const typed = [...textOf(page).matchAll(/^tandem slash /gm)];
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Claude Code fills it in.
    expect(ends).toEqual(typed.map(() => "'!CODEX_ARGS_${CLAUDE_SESSION_ID}'"));
  });
}
