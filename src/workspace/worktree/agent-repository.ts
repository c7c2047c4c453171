import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readGit, runGit } from "../git.ts";
import { splitRecords } from "../paths.ts";
import type { Repository } from "../repository.ts";
import { quoted } from "../snapshot.ts";
import { copyIndex } from "./copy-index.ts";
import type { WorktreePlace } from "./place.ts";

interface AgentWishes {
  readonly baseline: string;
  readonly links: readonly string[];
}

/** What decides how git reads and writes files; everything else of the user's configuration stays away. */
const copiedKeys =
  "^(core\\.(autocrlf|eol|filemode|ignorecase|symlinks|precomposeunicode|protecthfs|protectntfs|longpaths|checkroundtripencoding)|extensions\\.objectformat)$";

/** More are left out: Codex looks at branches now and then, and a file of them is written for each run. */
const mostRefs = 5_000;

/**
 * Gives the work tree a repository of its own for Codex: history and branches are there to read, but it shares nothing with the user's
 * that could be written, and none of its hooks, filters, remotes or aliases.
 */
export async function makeAgentRepository(
  user: Repository,
  place: WorktreePlace,
  wishes: AgentWishes,
): Promise<void> {
  const folder = join(place.tree, ".git");
  for (const name of ["", "refs", "refs/heads", "objects", "objects/info", "info"]) {
    mkdirSync(join(folder, name), { mode: 0o700 });
  }
  const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
  const branch = user.head.kind === "branch" ? user.head.branch : undefined;
  write("config", await configuration(user));
  write("HEAD", branch === undefined ? `${wishes.baseline}\n` : `ref: refs/heads/${branch}\n`);
  write("packed-refs", await packedRefs(user, branch, wishes.baseline));
  const places = [place.objects, join(user.commonDirectory, "objects")];
  write("objects/info/alternates", places.map((path) => `${quoted(path)}\n`).join(""));
  const excludes = join(user.commonDirectory, "info", "exclude");
  const links = Buffer.from(wishes.links.map((link) => `\n/${link}\n`).join(""));
  write("info/exclude", existsSync(excludes) ? Buffer.concat([readFileSync(excludes), links]) : links);
  const attributes = join(user.commonDirectory, "info", "attributes");
  if (existsSync(attributes)) write("info/attributes", readFileSync(attributes));
  if (user.isShallow) copyFileSync(join(user.commonDirectory, "shallow"), join(folder, "shallow"));
  copyIndex(join(place.control, "index"), join(folder, "index"));
}

async function configuration({ git, emptyTree }: Repository): Promise<string> {
  const isSha256 = emptyTree.length > 40;
  const found = await runGit(git, ["config", "-z", "--get-regexp", copiedKeys]);
  const entries = splitRecords(found.output).flatMap((record) => {
    const [key = "", value = ""] = record.toString("utf8").split("\n");
    const name = key.startsWith("core.") ? key.slice("core.".length) : undefined;
    return name === undefined || /[^\w./-]/.test(value) ? [] : [`\t${name} = ${value}\n`];
  });
  const extensions = isSha256 ? "[extensions]\n\tobjectformat = sha256\n" : "";
  const core = `\trepositoryformatversion = ${isSha256 ? 1 : 0}\n\tbare = false\n\tlogallrefupdates = false\n\thooksPath = /dev/null\n`;
  return `[core]\n${core}${entries.join("")}${extensions}[commit]\n\tgpgsign = false\n`;
}

async function packedRefs(
  { git }: Repository,
  branch: string | undefined,
  baseline: string,
): Promise<Buffer> {
  const own = branch === undefined ? undefined : Buffer.from(`refs/heads/${branch}`);
  const listed = await readGit(git, [
    "for-each-ref",
    `--count=${mostRefs}`,
    "--sort=refname",
    "--format=%(objectname) %(refname)",
    "refs/heads",
    "refs/tags",
    "refs/remotes",
  ]);
  const lines = listed
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "" && line.slice(line.indexOf(" ") + 1) !== own?.toString("latin1"));
  if (own !== undefined) lines.push(`${baseline} ${own.toString("latin1")}`);
  return Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1");
}
