import { describe, expect, it } from 'vitest';
import { DEFAULTS, FAMILIES, formatKernels, parseKernels, ROLES, VARIANTS } from './kernels.ts';

describe('kernels as text', () => {
  it('auto names none, a family names itself', () => {
    expect(parseKernels('auto', 3)).toEqual({ ok: true, value: null });
    for (const family of FAMILIES) {
      expect(parseKernels(family, 3)).toEqual({ ok: true, value: { family, tuned: null } });
      expect(formatKernels({ family, tuned: null })).toBe(family);
    }
  });

  it('tuned variants come back as they went', () => {
    for (const text of ['quad:q20.q10.q32-t32.t64.t64', 'tile:h64.h32.t64-t32.h64.t32']) {
      const parsed = parseKernels(text, 2);
      expect(parsed.ok && parsed.value !== null && formatKernels(parsed.value)).toBe(text);
    }
  });

  it('defaults are variants that exist', () => {
    for (const family of FAMILIES) {
      for (const role of ROLES) {
        expect(VARIANTS[role].some((id) => id === DEFAULTS[family][role])).toBe(true);
      }
    }
  });

  it.each([
    ['', 1],
    ['cube', 1],
    ['quad:', 1],
    ['quad:q10.q10', 1],
    ['quad:q10.q10.q16.q16', 1],
    ['quad:q10.q32.q16', 1],
    ['quad:q10.q10.q16', 2],
    ['quad:q10.q10.q16-q10.q10.q16', 1],
    ['tile:q10.q10.constructor', 1],
    ['tile:h32.h32.h32', 1],
    [`quad:${'q10.q10.q16-'.repeat(100)}`, 101],
  ])('"%s" for %i layers is refused with what is allowed', (text, layers) => {
    const parsed = parseKernels(text, layers);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.error).toMatch(/^allowed is auto, tile, quad, or one of the two/);
  });
});
