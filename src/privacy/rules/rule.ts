import type { Span } from "../span.ts";

/** Finds one kind of secret. It takes time linear in the length of the text, whatever the text. */
export interface SecretRule {
  readonly name: string;
  find(text: string): readonly Span[];
}

/**
 * A rule of one pattern. Where the pattern has a group, that group ends the match and is the secret, and a match without it is
 * none. `accept` has the last word.
 */
export function patternRule(
  name: string,
  pattern: RegExp,
  accept: (secret: string, match: string) => boolean = () => true,
): SecretRule {
  return {
    name,
    find: (text) => {
      const spans: Span[] = [];
      for (const match of text.matchAll(pattern)) {
        const secret = match.length > 1 ? match[1] : match[0];
        const end = match.index + match[0].length;
        if (secret !== undefined && accept(secret, match[0])) {
          spans.push({ start: end - secret.length, end, rule: name });
        }
      }
      return spans;
    },
  };
}
