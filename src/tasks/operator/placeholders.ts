import type { InputValue } from "../../domain/operator.ts";

const form = /\{\{\s*([A-Za-z][A-Za-z0-9_.]*)\s*\}\}/g;

/** The names that a text of a contract refers to as `{{name}}`. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(form)].flatMap(([, name]) => name ?? []);
}

/** The one name that a text is a reference to and nothing else. */
export function onlyPlaceholder(text: string): string | undefined {
  const [whole, name] = new RegExp(`^${form.source}$`).exec(text) ?? [];
  return whole === undefined ? undefined : name;
}

/** The text with its references replaced, each exactly once: what a value holds is never read as a reference. */
export function fillIn(text: string, valueOf: (name: string) => InputValue | undefined): string {
  return text.replaceAll(form, (_whole, name: string) => {
    const value = valueOf(name);
    return value === undefined ? "" : String(value);
  });
}

/** The output that a reference of the form `outputs.name` means; none for another reference. */
export function outputNamed(reference: string): readonly string[] {
  const [whole, name] = /^outputs\.(.+)$/.exec(reference) ?? [];
  return whole === undefined || name === undefined ? [] : [name];
}

/** Words with their references replaced: a list that stands alone becomes as many words, and nothing becomes none. */
export function fillWords(
  words: readonly string[],
  valueOf: (name: string) => InputValue | undefined,
): readonly string[] {
  return words.flatMap((word) => {
    const alone = onlyPlaceholder(word);
    const value = alone === undefined ? fillIn(word, valueOf) : (valueOf(alone) ?? []);
    return Array.isArray(value) ? value.map(String) : [String(value)];
  });
}
