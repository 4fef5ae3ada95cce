/** What the panel's choices start from, and what they say: all of it a spec that the schema takes. */
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../experiment/parse-spec.ts';
import { RECIPES } from '../../experiment/recipes.ts';
import { DEFAULT_SPEC } from '../../experiment/spec.ts';
import { areSteps, usualDecay } from './decays.ts';
import { learningMisfit, refitted } from './refit.ts';
import { outputText, rulesText } from './rules.ts';

describe('decays', () => {
  it.each(['linear', 'division', 'steps'] as const)('%s starts allowed', (kind) => {
    for (const epochs of [1, 2, 3, 500, 10_000]) {
      const decay = usualDecay(kind, epochs);
      const spec = { ...DEFAULT_SPEC, epochs, rate: { ...DEFAULT_SPEC.rate, decay } };
      expect(parseSpec(spec).ok, `${kind} over ${epochs} epochs`).toBe(true);
    }
  });

  it('takes ascending epochs, as the schema does', () => {
    for (const at of [
      [1],
      [30, 60],
      [],
      [0],
      [2, 2],
      [3, 1],
      [1.5],
      [10_001],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ]) {
      const rate = { ...DEFAULT_SPEC.rate, decay: { kind: 'steps', at } };
      expect(areSteps(at), String(at)).toBe(parseSpec({ ...DEFAULT_SPEC, rate }).ok);
    }
  });
});

describe('what Expectation BackPropagation does not take', () => {
  const learning = 'expectation';
  it('goes at a wish, of every net of dense layers', () => {
    for (const { name, spec } of RECIPES) {
      const fitting = refitted({ ...spec, learning });
      const dense = spec.network.hidden.every(({ type }) => type === 'dense');
      expect(fitting !== null, name).toBe(dense);
      if (fitting !== null) expect(parseSpec(fitting), name).toEqual({ ok: true, value: fitting });
    }
  });

  it('is said', () => {
    expect(learningMisfit(DEFAULT_SPEC)).toBeNull();
    expect(learningMisfit({ ...DEFAULT_SPEC, learning })).toBe(
      'The network.batchNorm does not fit learning "expectation"; allowed with it is none.',
    );
  });
});

describe('a layer in a line', () => {
  const dense = { type: 'dense', units: 9 } as const;
  it('says what it has', () => {
    expect(rulesText(dense, false)).toBe('ReLU');
    expect(rulesText({ ...dense, pieces: 5, maxNorm: 1.9, rate: 0.05, dropout: 0.5 }, false)).toBe(
      'maxout of 5, max-norm 1.9, rate × 0.05, dropout 0.5',
    );
    expect(rulesText({ ...dense, pieces: 1, rate: 1 }, true)).toBe('ReLU, companion');
  });

  it('so does the output', () => {
    expect(outputText({ type: 'dense' })).toBe('dense');
    expect(outputText({ type: 'average', relu: true, maxNorm: 2 })).toBe(
      'averaged maps, ReLU, max-norm 2',
    );
  });
});
