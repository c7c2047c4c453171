/**
 * The command that a shell wrapper runs: `/bin/bash -lc 'npm test'` becomes `npm test`. Codex joins the arguments of its
 * shell with POSIX quoting before it reports them (seen with 0.169). What is not such a wrapper is returned as given.
 */
export function unwrapCommand(command: string): string {
  const words = splitShellWords(command);
  if (words === undefined) return command;
  const [program = "", ...rest] = words;
  const script = rest.at(-1);
  const flags = rest.slice(0, -1);
  const wrapperFlags = shells.get(programName(program));
  const isWrapper = wrapperFlags !== undefined && flags.length > 0 && wrapperFlags.test(flags.join(" "));
  return isWrapper && script !== undefined && script.trim() !== "" ? script : command;
}

const posixFlags = /^-[li]*c$/;
const powershellFlags = /^(-(NoProfile|NonInteractive|NoLogo) )*-(Command|c)$/i;
const shells: ReadonlyMap<string, RegExp> = new Map([
  ...["sh", "bash", "zsh", "dash", "ksh", "fish"].map((name) => [name, posixFlags] as const),
  ...["pwsh", "powershell"].map((name) => [name, powershellFlags] as const),
  ["cmd", /^\/c$/i] as const,
]);

function programName(program: string): string {
  const name = program.split(/[\\/]/).at(-1) ?? program;
  return name.toLowerCase().replace(/\.exe$/, "");
}

/** One piece of a word: '…', "…", an escaped character, or plain characters. */
const wordPiece = /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/y;

/** The words of a POSIX-quoted line, or undefined when its quoting is not closed (a cut line). */
function splitShellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let position = 0;
  while (position < line.length) {
    const space = /\s+/y;
    space.lastIndex = position;
    if (space.test(line)) {
      position = space.lastIndex;
      continue;
    }
    const start = position;
    let word = "";
    while (position < line.length && !/\s/.test(line.charAt(position))) {
      wordPiece.lastIndex = position;
      const match = wordPiece.exec(line);
      if (match === null) return undefined;
      word += match[1] ?? match[2]?.replace(/\\([$`"\\])/g, "$1") ?? match[3] ?? match[4] ?? "";
      position = wordPiece.lastIndex;
    }
    if (position === start) return undefined;
    words.push(word);
  }
  return words;
}
