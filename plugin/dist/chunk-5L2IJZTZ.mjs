// src/privacy/secret-file-name.ts
function secretFileName(path) {
  const parts = path.toLowerCase().split(/[\\/]/);
  const name = parts.at(-1) ?? "";
  const tail = parts.slice(-2).join("/");
  if (harmless.test(name)) return void 0;
  return nameRules.find(({ pattern }) => pattern.test(name) || pattern.test(tail))?.rule;
}
var harmless = /[.-](?:example|sample|template|tmpl|dist|defaults|schema)$|^(?:example|sample)\.|\.pub$/;
var nameRules = [
  { rule: "environment", pattern: /^\.env|\.env$/ },
  { rule: "ssh-key", pattern: /^id_(?:rsa|dsa|ecdsa|ed25519)/ },
  { rule: "private-key", pattern: /\.(?:pem|key|ppk)$/ },
  { rule: "keystore", pattern: /\.(?:p12|pfx|keystore|jks|kdbx?|p8)$/ },
  { rule: "service-account", pattern: /service[-_]?account.*\.json$/ },
  {
    rule: "credentials",
    pattern: /^\.?(?:git-)?credentials(?:\.[\w-]+)?$|^application_default_credentials\.json$/
  },
  { rule: "secrets", pattern: /^\.?secrets?\.[\w.-]+$/ },
  {
    rule: "login",
    pattern: /^[._]netrc$|^\.(?:npmrc|yarnrc\.yml|pypirc|pgpass|my\.cnf|htpasswd|dockercfg|s3cfg|boto)$|^\.docker\/config\.json$|^\.kube\/config$|^kubeconfig$/
  },
  { rule: "state", pattern: /\.tfstate(?:\.backup)?$/ }
];

export {
  secretFileName
};
