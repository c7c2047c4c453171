import { expect } from "vitest";
import { secretFileName } from "../../src/privacy/secret-file-name.ts";
import { verifies } from "../support/requirements.ts";

const secret: Readonly<Record<string, readonly string[]>> = {
  environment: [".env", "app/.env.local", ".env.production", ".envrc", "docker/prod.env", ".ENV"],
  "ssh-key": ["id_rsa", "home/.ssh/id_ed25519", "id_rsa.bak", "keys\\id_ecdsa"],
  "private-key": ["tls/server.pem", "server.KEY", "putty.ppk"],
  keystore: ["a.p12", "a.pfx", "release.keystore", "a.jks", "vault.kdbx", "AuthKey_X.p8"],
  "service-account": ["service-account.json", "gcp/my-service_account-prod.json", "serviceAccountKey.json"],
  credentials: [".aws/credentials", "credentials", "credentials.json", ".git-credentials"],
  secrets: ["secrets.yml", "config/secrets.production.json", "secret.toml", ".secrets.toml"],
  login: [".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".docker/config.json", "x/.kube/config"],
  state: ["terraform.tfstate", "terraform.tfstate.backup"],
};

const harmless = [
  ".env.example",
  ".env.sample",
  "app/.env.production.example",
  ".env.template",
  "id_rsa.pub",
  "keys/server.pub",
  "credentials.example.json",
  "credentials/index.ts",
  "src/environment.ts",
  "src/monkey.ts",
  "src/key.ts",
  "docs/secrets",
  "src/token.ts",
  "src/credentials-form.tsx",
  "my.env.ts",
  "config.json",
  "docker/config.yml",
  "",
  "/",
];

for (const [rule, paths] of Object.entries(secret)) {
  verifies("privacy.file-names", `${paths.join(", ")}: ${rule}`, () => {
    for (const path of paths) expect({ path, rule: secretFileName(path) }).toEqual({ path, rule });
  });
}

verifies(
  "privacy.file-names",
  "templates, public keys and sources with such words are ordinary files",
  () => {
    for (const path of harmless)
      expect({ path, rule: secretFileName(path) }).toEqual({ path, rule: undefined });
  },
);
