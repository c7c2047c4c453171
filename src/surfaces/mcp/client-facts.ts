import { isRecord } from "../../domain/json.ts";
import { type Machine, variableOf } from "../../settings/paths.ts";

/** What Claude Code tells its servers by variables (2.1.197, 2.1.329). */
export interface ClaudeFacts {
  readonly session?: string;
  /** The folder that it was opened in. */
  readonly projectFolder?: string;
  /** `cli`: somebody sits before it. `-p` and hosts have other words. */
  readonly entrypoint?: string;
  /** The plugin's option "Review gate": the gate is wanted in every folder. */
  readonly wantsGate?: true;
  /** Where it has its settings, when not in the usual place. */
  readonly configFolder?: string;
  /** Time after which it ends a call, in milliseconds; where the user has set one. */
  readonly toolTimeoutMs?: number;
  /** The user has changed when long calls go into the background, or whether they do at all. */
  readonly hasOwnBackgroundRule: boolean;
}

/** What a client is and can do, by its handshake and the variables around it. */
export interface ClientFacts {
  readonly name?: string;
  readonly version?: string;
  /** A person can be asked by a form. */
  readonly takesForms: boolean;
  /** It can be asked for its folders. */
  readonly namesFolders: boolean;
  readonly claude?: ClaudeFacts;
}

/** Undefined where Claude Code is not the client. */
export function readClaudeFacts(environment: Machine["environment"]): ClaudeFacts | undefined {
  const session = variableOf(environment, "CLAUDE_CODE_SESSION_ID");
  if (environment["CLAUDECODE"] !== "1" && session === undefined) return undefined;
  const projectFolder = variableOf(environment, "CLAUDE_PROJECT_DIR");
  const configFolder = variableOf(environment, "CLAUDE_CONFIG_DIR");
  const entrypoint = variableOf(environment, "CLAUDE_CODE_ENTRYPOINT");
  const toolTimeoutMs = Number(environment["MCP_TOOL_TIMEOUT"]);
  return {
    ...(session === undefined ? {} : { session }),
    ...(projectFolder === undefined ? {} : { projectFolder }),
    ...(configFolder === undefined ? {} : { configFolder }),
    // Its own entry in the plugin's `.mcp.json` sets it, whatever a repository brings along.
    ...(environment["TANDEM_OPTION_GATE"] === "true" ? { wantsGate: true } : {}),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(toolTimeoutMs > 0 ? { toolTimeoutMs } : {}),
    hasOwnBackgroundRule: ["CLAUDE_CODE_MCP_AUTO_BACKGROUND_MS", "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS"].some(
      (name) => variableOf(environment, name) !== undefined,
    ),
  };
}

/** Reads the members of a handshake that decide something; whatever else is in them is nobody's business here. */
export function describeClient(
  implementation: unknown,
  capabilities: unknown,
  claude: ClaudeFacts | undefined,
): ClientFacts {
  const { name, version } = isRecord(implementation) ? implementation : {};
  const { elicitation, roots } = isRecord(capabilities) ? capabilities : {};
  return {
    ...(typeof name === "string" ? { name: name.slice(0, longestWord) } : {}),
    ...(typeof version === "string" ? { version: version.slice(0, longestWord) } : {}),
    takesForms: takesForms(elicitation),
    namesFolders: roots !== undefined,
    ...(claude === undefined ? {} : { claude }),
  };
}

/** An empty capability means forms: older revisions of the protocol know nothing else. */
function takesForms(elicitation: unknown): boolean {
  if (!isRecord(elicitation)) return false;
  return elicitation["form"] !== undefined || elicitation["url"] === undefined;
}

const longestWord = 200;
