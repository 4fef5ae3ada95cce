import { describe, expect, it } from 'vitest';
import type { Adapter } from './device.ts';
import { familyFor, profileFor, runs } from './profile.ts';

const gpu: Adapter = { name: 'a GPU', software: false, quads: false, f16: false };
const withHalves: Adapter = { ...gpu, f16: true };
const software: Adapter = { ...gpu, software: true, quads: true };

describe('kernels an adapter runs', () => {
  it('are those whose needs it has', () => {
    expect([gpu, withHalves, software].map((adapter) => runs(adapter, 't64'))).toEqual([
      true,
      true,
      true,
    ]);
    expect([gpu, withHalves, software].map((adapter) => runs(adapter, 'h64'))).toEqual([
      false,
      true,
      false,
    ]);
    expect([gpu, withHalves, software].map((adapter) => runs(adapter, 'q10'))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('are a family of four lanes on software adapters only', () => {
    expect([gpu, withHalves, software].map(familyFor)).toEqual(['tile', 'tile', 'quad']);
  });
});

describe('the profile of a run', () => {
  it.each([
    ['auto', gpu, 'tile'],
    ['auto', software, 'quad'],
    ['tile', software, 'tile'],
    ['tile:t64.t32.t64', software, 'tile:t64.t32.t64'],
    ['tile:h64.h32.t64', withHalves, 'tile:h64.h32.t64'],
    ['quad:q20.q10.q32', software, 'quad:q20.q10.q32'],
    // What an adapter lacks gives its own family instead.
    ['quad', gpu, 'tile'],
    ['quad:t32.t32.t32', gpu, 'tile'],
    ['tile:q10.t32.t32', withHalves, 'tile'],
    ['tile:h64.t32.t32', gpu, 'tile'],
    ['tile:t64.h32.t32', software, 'quad'],
  ])('%s on %o is %s', (asked, adapter, given) => {
    expect(profileFor(adapter, asked, 1).kernels).toBe(given);
  });

  it('names the kernels of each layer', () => {
    const { kernelsOf } = profileFor(withHalves, 'tile:t64.t64.t64-h32.t32.t32', 2);
    expect(kernelsOf(1)).toEqual({
      forward: 'h32',
      inputGradient: 't32',
      weightGradient: 't32',
    });
  });
});
