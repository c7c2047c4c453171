import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { redact, redactWithMarks } from "../../src/privacy/redact.ts";
import { allRules } from "../../src/privacy/rules/all-rules.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { after, anySecret, before, hostilePieces, noise, secretKinds } from "./secrets.ts";

const swapCase = (text: string) =>
  text.replaceAll(/[a-z]+|[A-Z]+/g, (run) => (/[a-z]/.test(run) ? run.toUpperCase() : run.toLowerCase()));

const repository = fileURLToPath(new URL("../..", import.meta.url));

describe("each kind of secret", () => {
  for (const [kind, secrets] of Object.entries(secretKinds)) {
    verifies("privacy.kinds", `${kind} is found and named`, () => {
      fc.assert(
        fc.property(secrets, ({ text, secret }) => {
          const { text: redacted, marks } = redactWithMarks(`first line\n${text}\nlast line`);
          expect(redacted).not.toContain(secret);
          expect(marks.map(({ rule }) => rule)).toContain(kind);
          expect(redact(text)).not.toContain(secret);
          expect(redacted).toMatch(/^first line\n[^]*\[redacted:[a-z-]+\][^]*\nlast line$/);
        }),
      );
    });
  }
});

verifies(
  "privacy.kinds",
  "a password is none the less one for a word such as null between its digits",
  () => {
    expect(redact("postgres://admin:NulL4MwvAF7TP27q@db.example.com/main")).not.toContain("MwvAF7");
    expect(redact("postgres://admin:aF7null4MwvTP27q@db.example.com/main")).not.toContain("MwvTP");
  },
);

verifies("privacy.anywhere", "a secret in arbitrary text, quotes and line ends never stays", () => {
  fc.assert(
    fc.property(noise, before, anySecret, after, noise, (lead, open, { text, secret }, close, rest) => {
      expect(redact(lead + open + text + close + rest)).not.toContain(secret);
    }),
    fc.cases(3000),
  );
});

verifies("privacy.kinds", "no rule finds anything in a text that has none of its hints", () => {
  const piece = fc.oneof(
    anySecret.map(({ text }) => text),
    fc.constantFrom(...hostilePieces),
    noise,
  );
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(fc.oneof(text, text.map(swapCase)), (given) => {
      for (const rule of allRules) {
        const isHinted = rule.hints.some((hint) => given.toLowerCase().includes(hint));
        if (!isHinted) expect(rule.find(given)).toEqual([]);
      }
    }),
    fc.cases(3000),
  );
});

verifies("privacy.anywhere", "secrets after one another are all found", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anySecret, after), { minLength: 2, maxLength: 5 }), (planted) => {
      const redacted = redact(planted.map(([{ text }, close]) => text + close).join(""));
      for (const [{ secret }] of planted) expect(redacted).not.toContain(secret);
    }),
  );
});

verifies("privacy.anywhere", "JSON that holds secrets is still JSON afterwards", () => {
  fc.assert(
    fc.property(noise, before, anySecret, after, noise, (lead, open, { text, secret }, close, rest) => {
      const redacted = redact(JSON.stringify({ body: lead + open + text + close, rest }));
      expect(redacted).not.toContain(secret);
      expect(() => JSON.parse(redacted)).not.toThrow();
    }),
    fc.cases(1000),
  );
});

verifies("privacy.marks", "redacting twice is redacting once", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          noise,
          before,
          after,
          anySecret.map(({ text }) => text),
        ),
        { maxLength: 8 },
      ),
      (pieces) => {
        const once = redact(pieces.join(""));
        expect(redact(once)).toBe(once);
      },
    ),
    fc.cases(3000),
  );
});

verifies("privacy.marks", "text around a secret stays, and each mark is counted", () => {
  const token = `ghp_${"aB3".repeat(12)}`;
  const { text, marks } = redactWithMarks(
    `git clone https://${token}@example.com/a.git # and ${token}, twice`,
  );
  expect(text).toBe("git clone https://[redacted:github]@example.com/a.git # and [redacted:github], twice");
  expect(marks).toEqual([{ rule: "github", count: 2 }]);
});

verifies("privacy.marks", "what several rules find is one mark with the most telling name", () => {
  const token = `ghp_${"aB3".repeat(12)}`;
  expect(redact(`api_key = "${token}"`)).toBe('api_key = "[redacted:github]"');
});

verifies("privacy.robust", "any text at all is redacted without an error", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 2_000 }), noise), (text) => {
      expect(typeof redact(text)).toBe("string");
    }),
    fc.cases(1000),
  );
});

/** Processor time in microseconds, the best of some runs: what else the machine does is not in it. */
function effortOf(text: string): number {
  const efforts = Array.from({ length: 4 }, () => {
    const start = process.cpuUsage();
    redact(text);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.max(200, Math.min(...efforts));
}

verifies("privacy.robust", "eight times the text takes nowhere near sixty-four times the effort", () => {
  const unit = fc.array(fc.constantFrom(...hostilePieces), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(unit, (pieces) => {
      const text = pieces.join("");
      const sized = (length: number) => effortOf(text.repeat(Math.ceil(length / text.length)));
      // A pause of the machine in the larger text is no growth: that would show each time.
      const isSteep = () => sized(160_000) / sized(20_000) >= 32;
      expect(isSteep() && isSteep() && isSteep()).toBe(false);
    }),
    { ...fc.cases(60), examples: hostilePieces.map((piece) => [[piece]]) },
  );
});

describe("ordinary text", () => {
  const lines = [
    'const apiKey = "placeholder";',
    "api_key: placeholder",
    "TOKEN = process.env.TOKEN",
    'const token = process.env["GITHUB_TOKEN_2"];',
    "password: ${DB_PASSWORD_1}",
    "password={{ vault.secret_1 }}",
    "export API_KEY=$(cat /run/secrets/key-1)",
    'api_key = "<your-api-key-1>"',
    'secret: "xxxxxxxxxxxxxxxx1"',
    'token: "your-token-here-123"',
    "const tokenLimit = 200000000000001;",
    "maxTokens: 4096, inputTokens: 44120123",
    "passwordField = document.querySelector2('#password')",
    "token = createTokenFor2(user)",
    "const token = base64UrlEncode2",
    "secret: my-app-secret-2",
    "secretName: database-credentials-v2",
    "PASSWORD_FILE=/run/secrets/db_password_1",
    "TOKEN_URL=https://auth.example.com/oauth2/token",
    "postgres://user:password@localhost:5432/app",
    "postgres://user:changeme123@localhost:5432/app",
    "postgres://${USER}:${PASS}@localhost/app",
    "http://localhost:3000/a@b",
    "git@github.com:openai/codex.git",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty.txt",
    "index 4746801a1f..fd2fd20bc3 100644",
    "commit 0e5a5a3d2f6a1b7c8d9e0f1a2b3c4d5e6f708192",
    "id: 0199a213-81c0-7800-8aa1-bbab2a035a53",
    "ClientRequestToken: 0199a213-81c0-7800-8aa1-bbab2a035a53",
    `"integrity": "sha512-${"q1B+/z9".repeat(12)}=="`,
    `<img src="data:image/png;base64,iVBORw0KGgo${"AAANSUhEUgAAAAE4Qx/+".repeat(40)}=">`,
    "arn:aws:secretsmanager:us-west-2:123456789012:secret:MyDatabase-a1b2c3",
    "task-proj-some-long-kebab-case-name-of-a-task",
    "risk-abcdefghijklmnopqrstuvwxyz",
    "task_test_integrationoflargeparts",
    "npm_config_registry=https://packages.example.com",
    "Authorization: Bearer $TOKEN",
    "the basic understanding-of-things is enough; a bearer certificate-authority too",
    'if (text.startsWith("-----BEGIN PRIVATE KEY-----")) { return readKeyOfCustomerFromFileOnDisk(text); }',
    "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----",
    "passwordLastUsed: 2026-03-04T12:00:00Z",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGrandomlookingpublickey1234567890abcd ada@example.com",
  ];
  for (const line of lines) {
    verifies("privacy.ordinary", `stays as it is: ${JSON.stringify(line.slice(0, 60))}`, () => {
      expect(redact(line)).toBe(line);
    });
  }

  verifies("privacy.ordinary", "the sources, pages and lockfile of this repository stay as they are", () => {
    const files = [...filesIn("src"), ...filesIn("docs"), ...filesIn("scripts"), "package-lock.json"];
    expect(files.length).toBeGreaterThan(150);
    for (const file of files) {
      const { marks } = redactWithMarks(readFileSync(join(repository, file), "utf8"));
      expect({ file, marks }).toEqual({ file, marks: [] });
    }
  });
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length));
}
