/** Bits of information per character (Shannon); random text of letters and digits has 3.5 and more from 16 characters on. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** True for a value that stands for another one or for nothing: a reference, a template, a path, a time, a word such as `changeme`. */
export function isPlaceholder(value: string): boolean {
  return [reference, template, time, placeholderWord].some((pattern) => pattern.test(value));
}

/** True for words and small numbers, such as `my-app-secret-2`: a name of something, not a secret. */
export function isWordChain(value: string): boolean {
  return wordChain.test(value);
}

/** True for what a program calls a variable or a field, such as `config.sha256OfToken`. */
export function isIdentifierLike(value: string): boolean {
  return identifierChain.test(value) || (identifier.test(value) && hasWords(value));
}

const reference =
  /^(?:\$[A-Za-z_({]|%[A-Za-z_]|[<{[(*#&]|~?\.{0,2}\/[\w.@-]+\/|[A-Za-z][A-Za-z+.-]{1,14}\d?:\/\/)/;
const template = /\$\{|\$\(|\{\{|<%|process\.env|environ|getenv|import\.meta|\.\.\.|…|\*\*\*|xxxx/i;
const time = /^\d{4}-\d\d-\d\d(?:T|$)/;
// A word of its own, perhaps numbered: random text may hold `null` between two digits.
const placeholderWord =
  /(?:^|[^a-z\d])(?:example|placeholder|change[-_]?me|replace[-_]?me|your|dummy|sample|insert|todo|redacted|foobar|undefined|null)\d{0,4}(?:$|[^a-z\d])/i;
// The lookahead makes each way to split the digits the only one, so that matching stays linear.
const wordChain = /^[a-z]+(?:[-_.:/][a-z]+|[-_.:/]?v?\d{1,4}(?!\d))*$/i;
const identifier = /^[A-Za-z_$][\w$]*$/;
const identifierChain = /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/;

/** Words of a name are long; in random text letters and digits, upper and lower case take turns. */
function hasWords(value: string): boolean {
  const turns = value.match(/[A-Za-z]\d|\d[A-Za-z]/g)?.length ?? 0;
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g)?.length ?? 0;
  return turns < 3 || value.length >= 3 * words;
}
