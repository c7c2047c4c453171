import "./chunk-S3F4CPQ5.mjs";

// src/report/formats/render-as.ts
async function renderAs(format, envelope, style) {
  switch (format) {
    case "text":
      return (await import("./render-envelope-4MQEILZY.mjs")).renderEnvelope(envelope, style);
    case "json":
      return (await import("./json-BVOJYUWA.mjs")).renderJson(envelope, style);
    case "markdown":
      return (await import("./render-markdown-V2UHBKD3.mjs")).renderMarkdown(envelope);
    case "sarif":
      return (await import("./render-sarif-XQQVWIQ2.mjs")).renderSarif(envelope, style);
    case "github":
      return (await import("./render-github-I45473CZ.mjs")).renderGithub(envelope);
    case "rdjson":
      return (await import("./render-rdjson-EC4J4PJM.mjs")).renderRdjson(envelope, style);
  }
}
export {
  renderAs
};
