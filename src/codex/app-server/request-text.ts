import type {
  CommandExecutionRequestApprovalParams,
  FileUpdateChange,
  McpServerElicitationRequestParams,
} from "../protocol/generated.ts";

/** Longest command that somebody is asked about, in characters: what nobody can read nobody can accept. */
export const longestCommand = 10_000;

const longestReason = 2_000;
const longestDiff = 10_000;

/**
 * A command that Codex asks for, with its folder and reason. Lines of Codex's are indented, so that none of them passes for one of
 * ours. Under `on-request` Codex 0.169 asks for commands that shall run outside of the sandbox and for dangerous ones that run
 * inside, and does not say which it is.
 */
export function commandText(request: CommandExecutionRequestApprovalParams): string {
  const { kind, command, cwd, reason, networkApprovalContext: network, additionalPermissions } = request;
  const title =
    kind === "writeStdin"
      ? "Codex wants to type into a program that may run outside of the sandbox:"
      : "Codex wants to run a command that may then run outside of the sandbox:";
  return lines(
    network ? `Codex wants to reach ${network.host} (${network.protocol}) from a command:` : title,
    indent(command ?? "a command that Codex does not name"),
    cwd ? `in ${quoted(cwd)}` : undefined,
    additionalPermissions ? `with more rights: ${JSON.stringify(additionalPermissions)}` : undefined,
    because(reason),
  );
}

/** A patch that Codex asks for: the files, the reason, and the change as far as it fits. */
export function patchText(changes: readonly FileUpdateChange[], reason: string | null | undefined): string {
  if (changes.length === 0)
    return lines("Codex wants to change files that it does not name.", because(reason));
  const diffs = changes.map(({ path, diff }) => `${quoted(path)}:\n${indent(diff)}`).join("\n");
  const left = diffs.length - longestDiff;
  return lines(
    "Codex wants to change files that its sandbox does not let it write:",
    indent(changes.map((change) => `${change.kind.type} ${pathOf(change)}`).join("\n")),
    because(reason),
    diffs.slice(0, longestDiff),
    left > 0 ? `… and ${left} more characters` : undefined,
  );
}

/** One line for a patch: its files. */
export function patchName(changes: readonly FileUpdateChange[]): string {
  if (changes.length === 0) return "a file change";
  return `a change of ${changes.map(pathOf).join(", ")}`;
}

/** What an MCP server asks for, other than for a call of one of its tools. */
export function elicitationText(request: McpServerElicitationRequestParams): string {
  const server = `The MCP server ${request.serverName}`;
  if (request.mode === "openai/userVerification") return `${server} asks for a verification.`;
  if (request.mode !== "url") return lines(`${server} asks:`, indent(request.message));
  return lines(`${server} asks you to open ${quoted(request.url)}:`, indent(request.message));
}

function pathOf({ path, kind }: FileUpdateChange): string {
  return kind.type === "update" && kind.move_path
    ? `${quoted(path)} to ${quoted(kind.move_path)}`
    : quoted(path);
}

/** A path or address on one line. */
function quoted(text: string): string {
  return /[\r\n\t]/.test(text) ? JSON.stringify(text) : text;
}

function because(reason: string | null | undefined): string | undefined {
  return reason ? `Codex's reason:\n${indent(reason.slice(0, longestReason))}` : undefined;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

function lines(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join("\n");
}
