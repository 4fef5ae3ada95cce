/** Mistakes shown at once: what worker and page agree on. */
export const MISTAKES_SHOWN = 24;
