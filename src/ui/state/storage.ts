/** What this browser remembers between visits. Where storage is denied or full, nothing is remembered and nothing breaks. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`binaryconnect.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`binaryconnect.${key}`, value);
  } catch {
    // Denied or full: the choice holds for this visit.
  }
}
