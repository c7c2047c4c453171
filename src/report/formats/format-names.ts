/** How a result can be printed. */
export const outputFormats = ["text", "json", "markdown", "sarif", "github", "rdjson"] as const;
export type OutputFormat = (typeof outputFormats)[number];
