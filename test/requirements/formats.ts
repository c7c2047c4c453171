export const formatsRequirements = {
  "formats.choice": {
    promise:
      "A result can be printed as text, JSON, Markdown, SARIF, GitHub workflow commands or rdjson, and each format loads only itself.",
    source: "DESIGN §8 (report)",
  },
  "formats.sarif": {
    promise:
      "SARIF is valid 2.1.0 that code scanning accepts: findings keep their fingerprint, paths are relative, and a failed or unfinished run never looks like a clean one.",
    source: "DESIGN §8 (report)",
  },
  "formats.sarif-schema": {
    promise: "SARIF output is valid by the official 2.1.0 schema.",
    source: "DESIGN §8 (report)",
  },
  "formats.github": {
    promise:
      "Each finding is one annotation of GitHub Actions, and no text from outside can make another command.",
    source: "DESIGN §8 (report)",
  },
  "formats.markdown": {
    promise:
      "Markdown keeps the words of the model readable, and lets them mention nobody, fetch nothing and bring no HTML.",
    source: "DESIGN §8 (report)",
  },
  "formats.rdjson": {
    promise: "Findings can be given to reviewdog.",
    source: "DESIGN §8 (report)",
  },
} as const;
