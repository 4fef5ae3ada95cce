/**
 * Which checkpoints of runs under way belong to tabs that are open: each tab holds a lock of its key's name
 * as long as it lives, however it ends.
 */
export interface Claims {
  /** Take a key for this tab; false where another one has it. */
  take(id: string): Promise<boolean>;
  /** Those of the keys that no other tab has. */
  free(ids: readonly string[]): Promise<readonly string[]>;
}

const PREFIX = 'binaryconnect-checkpoint:';

export function browserClaims(): Claims {
  const own = new Set<string>();
  // Where a page is not from a secure address there are none, and no other tab can be told of.
  const locks = typeof navigator === 'object' && 'locks' in navigator ? navigator.locks : null;
  return {
    take: (id) => {
      if (locks === null || own.has(id)) return Promise.resolve(true);
      return new Promise((resolve) => {
        locks
          .request(PREFIX + id, { ifAvailable: true }, (lock) => {
            resolve(lock !== null);
            if (lock === null) return;
            own.add(id);
            // Held until the tab goes.
            return new Promise<never>(() => undefined);
          })
          .catch(() => {
            resolve(true);
          });
      });
    },
    free: async (ids) => {
      const held = (await locks?.query().catch(() => null))?.held ?? [];
      const names = new Set(held.map(({ name }) => name));
      return ids.filter((id) => !names.has(PREFIX + id));
    },
  };
}
