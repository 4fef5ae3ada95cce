/** The normal distribution against tabulated values, and against its own identities. */
import { expect, test } from 'vitest';
import { erf, erfcx, logPhi, normalDensity, normalOverPhi } from './normal.ts';

/** t, erf(t), log Phi(t), n(t) / Phi(t), computed with more digits than a double has. */
const KNOWN: readonly (readonly [number, number, number, number])[] = [
  [0, 0, -0.6931471805599453, 0.7978845608028654],
  [0.1, 0.1124629160182849, -0.6165050101150262, 0.7353317485057806],
  [1.9, 0.9927904292352575, -0.02913694784510576, 0.06755578450122288],
  [2.1, 0.997020533343667, -0.01802591555772773, 0.04478362957345681],
  [5, 0.9999999999984626, -2.8665161296376294e-7, 1.486719940904906e-6],
  [-0.3, -0.3286267594591274, -0.9621028181688505, 0.9981659688584832],
  [-3, -0.9999779095030014, -6.60772622151035, 3.28309865493044],
  [-8, -1, -35.01343715991456, 8.12136811223618],
  [-50, -1, -1254.8313611394199, 50.019984031902176],
];

test.each(KNOWN)('at %d', (t, ofErf, ofLogPhi, ofRatio) => {
  expect(Math.abs(erf(t) - ofErf)).toBeLessThan(1e-14);
  expect(Math.abs(logPhi(t) / ofLogPhi - 1)).toBeLessThan(1e-12);
  expect(Math.abs(normalOverPhi(t) / ofRatio - 1)).toBeLessThan(1e-12);
});

test('series and continued fraction meet', () => {
  expect(Math.abs(erfcx(2 - 1e-12) / erfcx(2) - 1)).toBeLessThan(1e-12);
});

test('n / Phi is the derivative of log Phi, also where Phi itself underflows', () => {
  for (const t of [-1e4, -60, -37, -4, -0.5, 0.5, 3, 6]) {
    const d = 1e-5 * Math.max(1, Math.abs(t));
    const slope = (logPhi(t + d) - logPhi(t - d)) / (2 * d);
    expect(Math.abs(normalOverPhi(t) - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
  }
  expect(normalOverPhi(-1e9)).toBeCloseTo(1e9, 3);
});

test('the density of a normal distribution', () => {
  expect(normalDensity(0, 0, 1)).toBeCloseTo(0.3989422804014327, 14);
  expect(normalDensity(2, 1, 4)).toBeCloseTo(0.17603266338214976, 14);
});
