import "./chunk-S3F4CPQ5.mjs";

// src/report/formats/ci-repository.ts
function ciRepositoryUri(environment) {
  const server = environment["GITHUB_SERVER_URL"];
  const name = environment["GITHUB_REPOSITORY"];
  const address = server && name ? `${server}/${name}` : environment["CI_PROJECT_URL"];
  return address === void 0 ? void 0 : httpAddress(address);
}
function httpAddress(text) {
  if (!URL.canParse(text)) return void 0;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return void 0;
  return `${url.origin}${url.pathname}`;
}
export {
  ciRepositoryUri
};
