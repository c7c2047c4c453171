import type { PatchFile } from "../../domain/envelope.ts";

/** Which files decide what counts as a success, by their paths. The first rule that fits counts. */
const rules: readonly (readonly [NonNullable<PatchFile["decides"]>, RegExp])[] = [
  [
    "ci",
    /(?:^|\/)(?:\.github\/(?:workflows|actions)\/|\.gitlab-ci|\.circleci\/|\.buildkite\/|\.travis\.yml$|azure-pipelines|Jenkinsfile|\.drone\.yml$|bitbucket-pipelines\.yml$|appveyor\.yml$|\.pre-commit-config)/,
  ],
  [
    "lockfile",
    /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|go\.sum|flake\.lock|mix\.lock|Podfile\.lock|gradle\.lockfile|packages\.lock\.json|deno\.lock)$/,
  ],
  [
    "runner",
    /(?:^|\/)(?:(?:vitest|jest|karma|playwright|cypress|ava|mocha|wdio|babel|nyc|c8)\.(?:config|workspace|setup)\.[^/]+|\.mocharc[^/]*|\.nycrc[^/]*|pytest\.ini|tox\.ini|noxfile\.py|conftest\.py|setup\.cfg|phpunit\.xml[^/]*|\.rspec|\.coveragerc|codecov\.ya?ml)$/,
  ],
  [
    "test",
    /(?:^|\/)(?:tests?|__tests__|__snapshots__|specs?|testdata|fixtures|e2e)\/|(?:^|\/)(?:test_[^/]*\.py|[^/]*[._-](?:test|tests|spec)\.[^/]+|[^/]*_test\.(?:go|py|rb|exs?)|[^/]*Tests?\.(?:java|kt|cs|swift|php|scala))$/,
  ],
];

/** What a file decides; undefined for all that is only work. */
export function decidingKind(path: string): PatchFile["decides"] {
  return rules.find(([, pattern]) => pattern.test(path))?.[0];
}
