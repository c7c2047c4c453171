/**
 * A version as Semantic Versioning 2.0 orders it. Own code in place of the `semver` package: two comparisons need none
 * of its ranges, and this is read on every start.
 */
export interface Version {
  readonly numbers: readonly [major: number, minor: number, patch: number];
  /** Identifiers of a pre-release such as `alpha.3`; empty for a release. */
  readonly preRelease: readonly string[];
}

const versionForm = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Reads `0.169.0` or `0.170.0-alpha.3`; undefined when it is not a version. */
export function parseVersion(text: string): Version | undefined {
  const match = versionForm.exec(text);
  if (match === null) return undefined;
  return {
    numbers: [Number(match[1]), Number(match[2]), Number(match[3])],
    preRelease: match[4]?.split(".") ?? [],
  };
}

/** Negative when `left` is older than `right`, 0 when they rank alike. A pre-release is older than its release. */
export function compareVersions(left: Version, right: Version): number {
  for (const [index, number] of left.numbers.entries()) {
    const difference = number - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.preRelease.length === 0 || right.preRelease.length === 0)
    return right.preRelease.length - left.preRelease.length;
  return comparePreReleases(left.preRelease, right.preRelease);
}

function comparePreReleases(left: readonly string[], right: readonly string[]): number {
  for (const [index, identifier] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = compareIdentifiers(identifier, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Numbers by value, and below words; words by their characters. */
function compareIdentifiers(left: string, right: string): number {
  const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (leftIsNumber && rightIsNumber) return Number(left) - Number(right);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
