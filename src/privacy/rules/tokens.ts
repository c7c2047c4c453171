import { patternRule, type SecretRule } from "./rule.ts";
import { entropyOf, isPlaceholder, isWordChain } from "./value-shape.ts";

/** Where a word can begin: not after a letter or digit, unless that one belongs to an escape such as `\n` in quoted text. */
const wordStart = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))`;

/**
 * Secrets that their issuers made recognisable. Each pattern takes the whole run of token characters, so that what follows a
 * secret never becomes a new one once that is gone. A prefix that no other word ends in needs no word start.
 */
export const tokenRules: readonly SecretRule[] = [
  patternRule(
    "github",
    ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    /(?:gh[pousr]_[A-Za-z0-9]{30}|github_pat_[A-Za-z0-9_]{22})[A-Za-z0-9_]*/g,
  ),
  patternRule(
    "slack",
    ["xox", "xapp-", "hooks.slack.com/"],
    /(?:xox[abeoprs]-(?:\d-)?|xapp-)[A-Za-z0-9-]{10,}|hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9_/-]{16,}/g,
  ),
  patternRule(
    "npm",
    ["npm_", "_auth", "_password"],
    /npm_[A-Za-z0-9]{36}[A-Za-z0-9_]*|(?<=(?::_(?:authToken|auth|password)|\b_authToken)\s{0,3}=\s{0,3}"?)[A-Za-z0-9+/=_.-]{8,}/g,
    (secret) => secret.startsWith("npm_") || /\d/.test(secret),
  ),
  patternRule("anthropic", ["sk-ant-"], new RegExp(`${wordStart}sk-ant-[A-Za-z0-9_-]{20,}`, "g")),
  patternRule(
    "gitlab",
    [
      "glpat-",
      "gloas-",
      "gldt-",
      "glrt-",
      "glcbt-",
      "glptt-",
      "glft-",
      "glimt-",
      "glagent-",
      "glsoat-",
      "glffct-",
    ],
    /gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_-]{20,}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?[A-Za-z0-9]*/g,
  ),
  patternRule(
    "openai",
    ["sk-"],
    new RegExp(
      `${wordStart}sk-(?:(?:proj|svcacct|admin|service|None)-[A-Za-z0-9_-]{20}|[A-Za-z0-9]{20})[A-Za-z0-9_-]*`,
      "g",
    ),
  ),
  patternRule(
    "stripe",
    ["k_live_", "k_test_", "whsec_"],
    new RegExp(`${wordStart}(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9+/=]{16,}`, "g"),
  ),
  // An image in base64 holds any four letters sooner or later; a key does not follow forty of them.
  patternRule(
    "google",
    ["aiza", "gocspx-", "ya29."],
    /(?<![A-Za-z0-9+/]{40})(?:AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{20}|ya29\.[A-Za-z0-9_-]{20})[A-Za-z0-9_-]*/g,
  ),
  patternRule(
    "aws",
    ["a3t", "akia", "asia", "abia", "acca"],
    /(?<![A-Z0-9])(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}[A-Za-z0-9]*/g,
  ),
  // The second part is optional for the pattern and asked for by the rule: so a long first part is never scanned twice.
  patternRule(
    "jwt",
    ["eyj"],
    /eyJ[A-Za-z0-9_-]{6,}(?:\.eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{8,}[A-Za-z0-9_.-]*)?/g,
    (secret) => secret.includes("."),
  ),
  patternRule(
    "authorization",
    ["bearer", "basic", "authorization"],
    /(?:\b(?:bearer|basic)|authorization\\{0,4}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,4}["']?[a-z]{0,12})[ \t]{1,4}([A-Za-z0-9._~+/-]{8,}={0,2})/gi,
    isCredential,
  ),
  patternRule(
    "url-password",
    ["://"],
    /:\/\/[^\s/:@"'`<>\\]{0,200}:([^\s/"'`<>\\]{1,200})(?=@)/g,
    (secret) => !isOrdinaryPassword(secret),
  ),
];

/** After a whole `Authorization` header a digit is enough; after the mere word `basic` it must look random. */
function isCredential(secret: string, match: string): boolean {
  if (isPlaceholder(secret)) return false;
  const isHeader = /^authorization/i.test(match) && /\d/.test(secret) && !secret.includes(".");
  return isHeader || (secret.length >= 16 && looksRandom(secret));
}

function looksRandom(secret: string): boolean {
  return /\d/.test(secret) && /[A-Za-z]/.test(secret) && !isWordChain(secret) && entropyOf(secret) >= 3;
}

/** What documentation writes where a password would be. */
function isOrdinaryPassword(secret: string): boolean {
  return isPlaceholder(secret) || /^(?:pass(?:word|wd)?|pw|pwd|secret|token)$/i.test(secret);
}
