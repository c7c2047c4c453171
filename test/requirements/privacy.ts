export const privacyRequirements = {
  "privacy.kinds": {
    promise:
      "Keys of GitHub, Slack, npm, Anthropic, GitLab, Stripe, AWS, OpenAI and Google, JWTs, private keys, URLs with a password and secrets given to a telling name are all found.",
    source: "DESIGN §7",
  },
  "privacy.anywhere": {
    promise:
      "A secret is found wherever a token can begin and end: in any text, in quotes, at line ends of any kind.",
    source: "DESIGN §7, §9",
  },
  "privacy.marks": {
    promise: "A secret becomes `[redacted:rule]`, and redacting again changes nothing.",
    source: "DESIGN §7",
  },
  "privacy.ordinary": {
    promise: "Ordinary code, hashes, ids, references and placeholders stay as they are.",
    source: "DESIGN §7",
  },
  "privacy.robust": {
    promise: "Redaction never throws, and takes time linear in the length of the text, however hostile.",
    source: "DESIGN §9",
  },
  "privacy.second-pass": {
    promise:
      "Secretlint adds what it knows to what is sent and answered; it is loaded on first need, cannot be switched off by a text, and its failure leaves the first pass.",
    source: "DESIGN §7",
  },
  "privacy.file-names": {
    promise:
      "Files whose names say that they hold secrets are recognised; templates and public keys are not.",
    source: "DESIGN §7",
  },
  "privacy.envelope": {
    promise:
      "All free text of an answer is redacted; paths, ids, hashes, patches and artefacts stay exact, and so does the shape.",
    source: "DESIGN §7",
  },
} as const;
