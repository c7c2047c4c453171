import { ensurePrivateFolder } from "./private-folders.ts";
import { isMissing } from "./state-errors.ts";

/** How often a folder is made that others remove. */
const attempts = 5;

/**
 * Puts something into a folder that goes as soon as it is empty: somebody else may remove it a moment after it was made here. Throws
 * what `put` throws, and as `ensurePrivateFolder`.
 */
export function putIntoFleeting(folder: string, put: () => void): void {
  for (let attempt = 1; ; attempt += 1) {
    ensurePrivateFolder(folder);
    try {
      put();
      return;
    } catch (thrown) {
      if (!isMissing(thrown) || attempt === attempts) throw thrown;
    }
  }
}
