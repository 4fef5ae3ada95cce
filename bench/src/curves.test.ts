import { expect, test } from 'vitest';
import { at } from '../../src/experiment/at.ts';
import { CURVES, pointsOf } from './curves.ts';
import { fitOf } from './fit.ts';
import { entryOf, openChecked, type Contender } from './measure.ts';
import { makeProblem, twoLayers } from './workloads.ts';

test('curves run upwards; the cost curve from 10^5 to 10^9 in steps of about three', () => {
  for (const curve of CURVES) {
    const along = pointsOf(curve).map((point) => point.at);
    expect(along).toEqual(along.toSorted((a, b) => a - b));
  }
  const costs = pointsOf('cost').map((point) => point.at);
  expect(Math.abs(at(costs, 0) / 1e5 - 1)).toBeLessThan(0.05);
  expect(Math.abs(at(costs, costs.length - 1) / 1e9 - 1)).toBeLessThan(0.05);
  costs.slice(1).forEach((cost, k) => {
    expect(cost / at(costs, k)).toBeGreaterThan(2.8);
    expect(cost / at(costs, k)).toBeLessThan(3.6);
  });
});

test('a line through the costs is found again, with its exponents', () => {
  const costs = [1e5, 1e6, 1e7, 1e8, 1e9];
  const line = fitOf(costs.map((macs) => ({ macs, ms: 5 + 2e-6 * macs })));
  expect(line.fixedMs).toBeCloseTo(5, 6);
  expect(line.nsPerMac).toBeCloseTo(2, 6);
  expect(line.worst).toBeLessThan(1e-9);
  expect(line.slope).toBeLessThan(0.8);
  const power = fitOf(costs.map((macs) => ({ macs, ms: 3e-6 * macs ** 0.9 })));
  expect(power.slope).toBeCloseTo(0.9, 9);
  expect(power.slopeOfLarge).toBeCloseTo(0.9, 9);
  expect(power.worst).toBeGreaterThan(0.05);
});

test('who takes too long for a step is stopped, after the step that may have compiled', async () => {
  const problem = makeProblem(twoLayers('small', 4, 2), 2);
  const taking = (milliseconds: readonly number[]): Contender => {
    let step = 0;
    return {
      peer: 'tfjs',
      backend: 'webgpu',
      open: () =>
        Promise.resolve({
          train: async () => {
            const k = step++;
            await new Promise((resolve) => setTimeout(resolve, at(milliseconds, k)));
            return at(problem.losses, k);
          },
          dispose: () => undefined,
        }),
    };
  };
  const slow = entryOf('slow');
  await openChecked(slow, taking([0, 150]), problem, 0.1);
  expect(slow.problem).toContain('stopped');
  expect(slow.session).toBeNull();
  const compiles = entryOf('compiles');
  await openChecked(compiles, taking([150, 0]), problem, 0.1);
  expect(compiles.problem).toBeNull();
});
