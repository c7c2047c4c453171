import "./chunk-S3F4CPQ5.mjs";

// src/report/formats/render-as.ts
async function renderAs(format, envelope, style) {
  switch (format) {
    case "text":
      return (await import("./render-envelope-KYLLUUB6.mjs")).renderEnvelope(envelope, style);
    case "json":
      return (await import("./json-BVOJYUWA.mjs")).renderJson(envelope, style);
    case "markdown":
      return (await import("./render-markdown-O7CHQ5DR.mjs")).renderMarkdown(envelope);
    case "sarif":
      return (await import("./render-sarif-W7TD6SL5.mjs")).renderSarif(envelope, style);
    case "github":
      return (await import("./render-github-IEMALR3F.mjs")).renderGithub(envelope);
    case "rdjson":
      return (await import("./render-rdjson-2YIUJHYD.mjs")).renderRdjson(envelope, style);
  }
}
export {
  renderAs
};
