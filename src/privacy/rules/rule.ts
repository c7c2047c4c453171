import type { Span } from "../span.ts";

/** Finds one kind of secret. It takes time linear in the length of the text, whatever the text. */
export interface SecretRule {
  readonly name: string;
  /** In small letters. A text that has none of them, in whatever case, has no such secret: then the rule need not look, nor its pattern be compiled. */
  readonly hints: readonly string[];
  find(text: string): readonly Span[];
}

/**
 * A rule of one pattern. Where the pattern has a group, that group ends the match and is the secret, and a match without it is
 * none. `accept` has the last word. See `SecretRule` for the hints.
 */
export function patternRule(
  name: string,
  hints: readonly string[],
  pattern: RegExp,
  accept: (secret: string, match: string) => boolean = () => true,
): SecretRule {
  return {
    name,
    hints,
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
