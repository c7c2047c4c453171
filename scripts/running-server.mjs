import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { build } from "esbuild";

/** Builds the MCP server from the sources, starts it in an empty home, and gives what it says of itself. */
export async function askServer(repository) {
  const folder = mkdtempSync(join(tmpdir(), "tandem-docs-"));
  const client = new Client({ name: "codex-tandem-docs", version: "1.0.0" });
  try {
    const program = await buildServer(repository, folder);
    const env = { PATH: "/nowhere", HOME: folder };
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [program], cwd: folder, env }),
    );
    const { tools } = await client.listTools();
    const { resources } = await client.listResources();
    const { resourceTemplates: templates } = await client.listResourceTemplates();
    return { instructions: client.getInstructions(), tools, resources, templates };
  } finally {
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function buildServer(repository, folder) {
  await build({
    absWorkingDir: repository,
    entryPoints: { mcp: "src/surfaces/mcp/main.ts" },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    splitting: true,
    mainFields: ["module", "main"],
    preserveSymlinks: true,
    external: ["supports-color", "@secretlint/*"],
    logLevel: "warning",
  });
  return join(folder, "mcp.mjs");
}
