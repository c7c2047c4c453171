import * as fc from "../support/property.ts";

/**
 * Made-up secrets of every kind. They are put together here, so that no file of the repository holds one: scanners of hosting
 * services would take it for real.
 */
export interface Planted {
  /** The secret as it stands in a text, with what belongs to it. */
  readonly text: string;
  /** What must not be left of it. */
  readonly secret: string;
}

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const digits = "0123456789";
const alphanumeric = upper + upper.toLowerCase() + digits;

function drawn(characters: string, shortest: number, longest = shortest): fc.Arbitrary<string> {
  return fc.string({
    unit: fc.constantFrom(...characters.split("")),
    minLength: shortest,
    maxLength: longest,
  });
}

/** As random as a real one: no character twice. */
function random(length: number): fc.Arbitrary<string> {
  return fc
    .shuffledSubarray(alphanumeric.split(""), { minLength: length - 2, maxLength: length - 2 })
    .map((characters) => `${characters.join("")}7q`);
}

function whole(text: fc.Arbitrary<string>): fc.Arbitrary<Planted> {
  return text.map((secret) => ({ text: secret, secret }));
}

function prefixed(prefix: string, rest: fc.Arbitrary<string>): fc.Arbitrary<Planted> {
  return whole(rest.map((tail) => prefix + tail));
}

const base64Lines = fc.array(drawn(`${alphanumeric}+/`, 64), { minLength: 1, maxLength: 6 });
const lineEnd = fc.constantFrom("\n", "\r\n", "\\n", "\\r\\n", "\n+", "\n    ");

const privateKey = fc
  .tuple(
    fc.constantFrom("RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""),
    base64Lines,
    lineEnd,
    fc.constantFrom("", "Proc-Type: 4,ENCRYPTED"),
    fc.boolean(),
  )
  .map(([kind, lines, end, header, isClosed]) => {
    const rows = [
      `-----BEGIN ${kind}PRIVATE KEY-----`,
      ...(header === "" ? [] : [header]),
      ...lines,
      ...(isClosed ? [`-----END ${kind}PRIVATE KEY-----`] : []),
    ];
    return { text: rows.join(end), secret: lines[0] ?? "" };
  });

const connector = fc.constantFrom("=", " = ", ": ", " => ", " := ", ":\r\n  ");
const assignment = fc
  .tuple(
    fc.constantFrom(
      "api_key",
      "apiKey",
      "client_secret",
      "SECRET_KEY",
      "accessToken",
      "password",
      "db.passwd",
    ),
    fc.constantFrom('"', "'", "`", '\\"'),
    connector,
    random(20),
    fc.boolean(),
  )
  .map(([name, quote, sign, secret, isJson]) => ({
    text: `${isJson ? `${quote}${name}${quote}` : name}${sign}${quote}${secret}${quote}`,
    secret,
  }));

const environmentLine = fc
  .tuple(fc.constantFrom("API_KEY", "DB_PASSWORD", "AUTH_TOKEN", "export MY_SECRET"), random(20))
  .map(([name, secret]) => ({ text: `${name}=${secret}`, secret }));

const part = (length: number) => drawn(`${alphanumeric}_-`, length, length + 40);

export const secretKinds = {
  github: fc.oneof(
    ...["p", "o", "u", "s", "r"].map((letter) => prefixed(`gh${letter}_`, drawn(alphanumeric, 36))),
    prefixed("github_pat_", drawn(`${alphanumeric}_`, 82)),
  ),
  slack: fc.oneof(
    prefixed(
      "xoxb-",
      fc.tuple(drawn(digits, 12), drawn(alphanumeric, 24)).map((parts) => parts.join("-")),
    ),
    prefixed("hooks.slack.com/services/T", drawn(`${upper}${digits}/`, 40)),
  ),
  npm: fc.oneof(
    prefixed("npm_", drawn(alphanumeric, 36)),
    random(36).map((secret) => ({ text: `//registry.example.com/:_authToken=${secret}`, secret })),
  ),
  "url-password": fc
    .tuple(
      fc.constantFrom("postgres", "postgresql", "mysql", "mongodb+srv", "redis", "amqp", "https"),
      fc.constantFrom("admin", "app_user", ""),
      fc.oneof(
        random(16),
        random(12).map((word) => `${word}!@:${word}`),
      ),
    )
    .map(([scheme, user, secret]) => ({
      text: `${scheme}://${user}:${secret}@db.example.com:5432/main`,
      secret,
    })),
  anthropic: prefixed("sk-ant-api03-", drawn(`${alphanumeric}_-`, 95)),
  gitlab: prefixed("glpat-", drawn(`${alphanumeric}_-`, 20)),
  jwt: whole(
    fc.tuple(part(20), part(30), part(43)).map(([head, body, sign]) => `eyJ${head}.eyJ${body}.${sign}`),
  ),
  stripe: fc.oneof(
    ...["sk_live_", "sk_test_", "rk_live_"].map((prefix) => prefixed(prefix, drawn(alphanumeric, 24, 99))),
  ),
  assignment: fc.oneof(assignment, environmentLine),
  aws: fc.oneof(
    ...["AKIA", "ASIA"].map((prefix) => prefixed(prefix, drawn(upper + digits, 16))),
    drawn(`${alphanumeric}+/`, 40).map((secret) => ({ text: `aws_secret_access_key = ${secret}`, secret })),
    drawn(`${alphanumeric}+/`, 40).map((secret) => ({ text: `"SecretAccessKey": "${secret}"`, secret })),
  ),
  openai: fc.oneof(
    prefixed("sk-proj-", drawn(`${alphanumeric}_-`, 48, 156)),
    prefixed("sk-", drawn(alphanumeric, 48)),
  ),
  "private-key": privateKey,
  google: fc.oneof(
    prefixed("AIza", drawn(`${alphanumeric}_-`, 35)),
    prefixed("GOCSPX-", drawn(alphanumeric, 28)),
  ),
} satisfies Record<string, fc.Arbitrary<Planted>>;

export const anySecret: fc.Arbitrary<Planted> = fc.oneof(...Object.values(secretKinds));

/** What can stand directly before a token, and after it. */
export const before = fc.constantFrom(
  " ",
  "\n",
  "\r\n",
  "\t",
  '"',
  "'",
  "`",
  "(",
  "=",
  ": ",
  ">",
  ",",
  "\\n",
  "\n+",
  "Bearer ",
);
export const after = fc.constantFrom(
  " ",
  "\n",
  "\r\n",
  '"',
  "'",
  "`",
  ")",
  ",",
  ";",
  "<",
  "\\n",
  ". ",
  "\u2028",
);

/** Pieces that look like the beginning or end of a secret, or of a mark. */
export const hostilePieces = [
  "password",
  "token",
  "secret_key",
  "=",
  ': "',
  "'",
  "\\",
  "\\n",
  "\r\n",
  " ",
  "aB3",
  "eyJ",
  ".",
  "eyJaB3aB3aB3.",
  "://",
  "a:b",
  "@",
  "sk-",
  "ghp_",
  "xoxb-",
  "AKIA",
  "AIza",
  "-----BEGIN PRIVATE KEY-----",
  "-----END PRIVATE KEY-----",
  "Abcd: ",
  "-",
  "--",
  ">",
  "[redacted:",
  "[redacted:jwt]",
  "]",
  "authorization: bearer ",
  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcd",
  "\uD83D",
  "\u0000",
] as const;

export const noise: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.array(fc.constantFrom(...hostilePieces), { maxLength: 12 }).map((pieces) => pieces.join("")),
);
