import type { ArgumentSchema, ListedTool, ServerSurface } from "./surface.ts";

const introduction = `# MCP server

<!-- Generated from the running server by scripts/docs.mjs. Do not edit. -->

\`tandem mcp\` serves these tools to an MCP client over stdin and stdout (protocol 2025-11-25). The plugin brings it along; any other
client starts it like this:

\`\`\`json
{ "mcpServers": { "tandem": { "command": "tandem", "args": ["mcp"] } } }
\`\`\`

- **Results** are text for the model: a header line, the answer or the findings, how to go on. Long ones come in pages of 45,000
  characters. \`result\` with \`format: "json"\` and the resource \`tandem://jobs/{id}\` give the whole envelope, \`tandem://schema\` its
  JSON Schema ([envelope.schema.json](envelope.schema.json)). Each result has a stub in \`_meta["codex-tandem/result"]\`.
- **Failures** are results with \`isError\`: the kind ([errors.md](errors.md)), a message and a way out.
- **A call waits** 50 s for its run (setting \`mcp_wait_budget\`), then answers with the job and how to go on; the run goes on. Only in an
  interactive session of a Claude Code that takes long calls into the background (2.1.329 or newer) it waits to the end. Taking a call
  back cancels the run that it started, unless somebody else waits for it. Ending the client cancels nothing.
- **The same call twice is one run**: by \`idempotencyKey\`, else by the client's name for the use of the tool.
- **Where it works**: the client's folders (roots), else \`CLAUDE_PROJECT_DIR\`, else the folder it was started in. \`workspace\` names
  another one of them; files and images must lie in them too. The setting \`mcp_folders\` opens more.
- **Approvals**: what Codex asks is put into a form where the client has them; else \`tandem answer\` in a terminal. Only a person
  accepts: a tool can decline, cancel, or answer a question.
- **The client's own secrets** (\`ANTHROPIC_*\`, \`CLAUDE_*\`, \`MCP_CLIENT_SECRET\`, \`MCP_OAUTH_*\`) are taken out of the environment before
  anything is started.
- **It always comes up**: without Codex, without a login, with a broken state folder or setting; \`status\` says what is wrong. Settings
  \`log_level\` and \`log_file\` tell more, on stderr and in the file. A crash leaves \`mcp-crash.json\` in the state folder.`;

/** The page `docs/mcp.md`. */
export function renderMcpPage({ instructions, tools, resources, templates }: ServerSurface): string {
  const sections = [
    introduction,
    "## Tools",
    ...tools.map(renderTool),
    "## Resources",
    [
      "| address | what it is |",
      "| --- | --- |",
      ...resources.map(({ uri, title }) => `| \`${uri}\` | ${title} |`),
      ...templates.map(({ uriTemplate, title }) => `| \`${uriTemplate}\` | ${title} |`),
    ].join("\n"),
    "## What the client's model is told",
    `\`\`\`text\n${instructions}\n\`\`\``,
  ];
  return `${sections.join("\n\n")}\n`;
}

function renderTool({ name, title, description, inputSchema, annotations }: ListedTool): string {
  const { properties, required = [] } = inputSchema;
  const rows = Object.entries(properties).map(
    ([argument, schema]) =>
      `| \`${argument}\`${required.includes(argument) ? " (required)" : ""} | ${kindOf(schema)} | ${cell(schema.description)} |`,
  );
  return [
    `### ${name}: ${title}`,
    description.split("\n").join("\n\n"),
    `${effectOf(annotations)}.`,
    ["| argument | value | meaning |", "| --- | --- | --- |", ...rows].join("\n"),
  ].join("\n\n");
}

function effectOf({ readOnlyHint, destructiveHint, openWorldHint }: ListedTool["annotations"]): string {
  const changes =
    readOnlyHint === true ? "Read-only" : destructiveHint === true ? "May change files" : "Changes runs only";
  return openWorldHint === true ? `${changes}; asks the model provider of Codex` : `${changes}; free`;
}

function kindOf(schema: ArgumentSchema): string {
  const { type, enum: words, minimum, maximum, maxLength, maxItems } = schema;
  if (words !== undefined) return cell(words.map((word) => `\`${word}\``).join(", "));
  if (type === "integer") return `${minimum} to ${maximum}`;
  if (type === "array") return `up to ${maxItems} texts`;
  if (type === "boolean") return "true or false";
  if (type === "object") return "texts by name";
  return maxLength === undefined ? "text" : `text of up to ${maxLength} characters`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
