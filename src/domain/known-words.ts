/**
 * What a table says of a word that was stored; undefined for one that only a later version knows, which may share the state folder.
 * Names that every object has (`constructor`) are no words of a table.
 */
export function knownWord<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
