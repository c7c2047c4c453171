/**
 * The rule by which a file's name says that it holds secrets, or undefined. Such files are listed by name and never inlined.
 * Only the last parts of the path count, with `/` or `\` between them.
 */
export function secretFileName(path: string): string | undefined {
  const parts = path.toLowerCase().split(/[\\/]/);
  const name = parts.at(-1) ?? "";
  const tail = parts.slice(-2).join("/");
  if (harmless.test(name)) return undefined;
  return nameRules.find(({ pattern }) => pattern.test(name) || pattern.test(tail))?.rule;
}

/** Templates and public halves. */
const harmless = /[.-](?:example|sample|template|tmpl|dist|defaults|schema)$|^(?:example|sample)\.|\.pub$/;

const nameRules: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  { rule: "environment", pattern: /^\.env|\.env$/ },
  { rule: "ssh-key", pattern: /^id_(?:rsa|dsa|ecdsa|ed25519)/ },
  { rule: "private-key", pattern: /\.(?:pem|key|ppk)$/ },
  { rule: "keystore", pattern: /\.(?:p12|pfx|keystore|jks|kdbx?|p8)$/ },
  { rule: "service-account", pattern: /service[-_]?account.*\.json$/ },
  {
    rule: "credentials",
    pattern: /^\.?(?:git-)?credentials(?:\.[\w-]+)?$|^application_default_credentials\.json$/,
  },
  { rule: "secrets", pattern: /^\.?secrets?\.[\w.-]+$/ },
  {
    rule: "login",
    pattern:
      /^[._]netrc$|^\.(?:npmrc|yarnrc\.yml|pypirc|pgpass|my\.cnf|htpasswd|dockercfg|s3cfg|boto)$|^\.docker\/config\.json$|^\.kube\/config$|^kubeconfig$/,
  },
  { rule: "state", pattern: /\.tfstate(?:\.backup)?$/ },
];
