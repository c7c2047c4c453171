// Generates src/codex/protocol/generated.ts from the pinned Codex: `codex app-server generate-ts` writes one file a type;
// the types that we use and everything they refer to become one file, so that a Codex update is one readable diff.
// `--check` compares the committed file with a fresh one and fails when they differ.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";

/** What the engine speaks of directly, as paths in Codex's own output. */
const roots = [
  "ClientRequest",
  "ServerNotification",
  "ServerRequest",
  "InitializeParams",
  "InitializeResponse",
  "ResponseItem",
  "v2/ThreadStartResponse",
  "v2/ThreadResumeResponse",
  "v2/ThreadReadResponse",
  "v2/ThreadListResponse",
  "v2/ThreadSetNameResponse",
  "v2/ThreadSettingsUpdateResponse",
  "v2/ThreadUnsubscribeResponse",
  "v2/ThreadBackgroundTerminalsCleanResponse",
  "v2/TurnStartResponse",
  "v2/TurnSteerResponse",
  "v2/TurnInterruptResponse",
  "v2/ReviewStartResponse",
  "v2/ModelListResponse",
  "v2/GetAccountResponse",
  "v2/ConfigReadResponse",
  "v2/FsGetMetadataResponse",
  "v2/CommandExecResponse",
  "v2/CommandExecTerminateResponse",
  "v2/CommandExecWriteResponse",
  "ApplyPatchApprovalResponse",
  "ExecCommandApprovalResponse",
  "v2/AttestationGenerateResponse",
  "v2/ChatgptAuthTokensRefreshResponse",
  "v2/CommandExecutionRequestApprovalResponse",
  "v2/CurrentTimeReadResponse",
  "v2/DynamicToolCallResponse",
  "v2/FileChangeRequestApprovalResponse",
  "v2/McpServerElicitationRequestResponse",
  "v2/PermissionsRequestApprovalResponse",
  "v2/ToolRequestUserInputResponse",
];
/** Requests of methods that we never call are left out: only the parameters of these are kept. */
const methods = [
  "initialize",
  "thread/start",
  "thread/resume",
  "thread/read",
  "thread/list",
  "thread/name/set",
  "thread/settings/update",
  "thread/unsubscribe",
  "thread/backgroundTerminals/clean",
  "turn/start",
  "turn/steer",
  "turn/interrupt",
  "review/start",
  "model/list",
  "account/read",
  "config/read",
  "fs/getMetadata",
  "command/exec",
  "command/exec/terminate",
  "command/exec/write",
];

const target = new URL("../src/codex/protocol/generated.ts", import.meta.url);
const fresh = generate();
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== fresh) {
    console.error(
      "src/codex/protocol/generated.ts differs from the pinned Codex: run `npm run generate:protocol`.",
    );
    process.exit(1);
  }
} else {
  writeFileSync(target, fresh);
}

function generate() {
  const launcher = createRequire(import.meta.url).resolve("@openai/codex/bin/codex.js");
  const folder = mkdtempSync(join(tmpdir(), "codex-protocol-"));
  try {
    execFileSync(
      process.execPath,
      [launcher, "app-server", "generate-ts", "--experimental", "--out", folder],
      {
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, CODEX_HOME: folder },
      },
    );
    const version = JSON.parse(readFileSync(join(dirname(launcher), "..", "package.json"), "utf8")).version;
    return bundle(folder, version);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bundle(folder, version) {
  const sources = new Map();
  const visit = (path) => {
    if (sources.has(path)) return;
    const text = readFileSync(join(folder, `${path}.ts`), "utf8");
    const source = parse(path, path === "ClientRequest" ? keepMethods(text) : text);
    sources.set(path, source);
    for (const imported of source.imports) visit(imported.path);
  };
  for (const root of roots) visit(root);
  const sorted = [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `// Generated from Codex ${version} by scripts/protocol.mjs. Do not edit.`,
    ...sorted.map(([path, source]) => rename(path, source, sources)),
    "",
  ].join("\n\n");
}

/** The declaration without comments' file header and imports, and the imports that it uses. */
function parse(path, text) {
  const body = text
    .replace(/^\/\/.*\n/gm, "")
    .replace(/^import type .*\n/gm, "")
    .trim();
  const imports = [...text.matchAll(/^import type \{ (\w+) \} from "([^"]+)";$/gm)]
    .map(([, name, from]) => ({ name, path: normalize(join(dirname(path), from)) }))
    .filter(({ name }) => new RegExp(`\\b${name}\\b`).test(body));
  return { body, imports };
}

/** Codex has a few names twice, in its core and in `v2`; in one file the core's gets the prefix `Core`. */
function rename(path, { body, imports }, sources) {
  const own = { name: path.split("/").at(-1), path };
  const clashes = [own, ...imports].filter(
    (entry) => !entry.path.startsWith("v2/") && sources.has(`v2/${entry.name}`),
  );
  return clashes.reduce(
    (text, { name }) => text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `Core${name}`),
    body,
  );
}

function keepMethods(text) {
  const start = text.indexOf("export type ClientRequest =");
  const variants = text
    .slice(start + "export type ClientRequest =".length)
    .trim()
    .replace(/;$/, "");
  const kept = variants
    .split(/ \| (?=\{ "method")/)
    .filter((variant) => methods.some((method) => variant.startsWith(`{ "method": "${method}"`)));
  if (kept.length !== methods.length) throw new Error("The pinned Codex lacks a method that we call.");
  return `${text.slice(0, start)}export type ClientRequest =\n  | ${kept.join("\n  | ")};`;
}
