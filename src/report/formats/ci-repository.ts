/**
 * The address of the repository that a CI job works on, from the variables of GitHub Actions and GitLab CI; undefined elsewhere
 * or when they do not make an address. Credentials in it are left out.
 */
export function ciRepositoryUri(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const server = environment["GITHUB_SERVER_URL"];
  const name = environment["GITHUB_REPOSITORY"];
  const address = server && name ? `${server}/${name}` : environment["CI_PROJECT_URL"];
  return address === undefined ? undefined : httpAddress(address);
}

function httpAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  return `${url.origin}${url.pathname}`;
}
