import { expect, test } from 'vitest';
import { agree, stepsFor } from './measure.ts';
import { readOptions } from './options.ts';
import { benchRows, jsonOf, median, tableOf, type Measured } from './table.ts';
import { flopsOf, workloadOf } from './workloads.ts';

const measured = (
  peer: Measured['peer'],
  rates: number[],
  problem: string | null = null,
): Measured => ({ workload: 'W2', peer, backend: 'webgpu', rates, problem });

test('a median is the middle, or between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

test('W2 costs 1.75 GFLOP a step', () => {
  const weights = 784 * 1024 + 2 * 1024 * 1024 + 1024 * 10;
  expect(flopsOf(workloadOf('W2'))).toBe(600 * weights);
});

test('W3 costs 7.5 GFLOP a step', () => {
  const maps = 1024 * (27 * 32 + 288 * 32) + 256 * (288 * 64 + 576 * 64);
  expect(flopsOf(workloadOf('W3'))).toBe(300 * (maps + 4096 * 128 + 1280));
});

test('rows have medians, spread, GFLOP/s, and ours over the peer', () => {
  const rows = benchRows(
    [measured('ours', [2, 4, 3]), measured('jax-js', [1.5]), measured('tfjs', [9], 'failed: so')],
    2e9,
    12,
  );
  expect(rows[0]).toMatchObject({ stepsPerSecond: 3, min: 2, max: 4, windows: 3, gflops: 6 });
  expect(rows[0]).toMatchObject({ ratio: 1, ofCeiling: 0.5 });
  expect(rows[1]).toMatchObject({ stepsPerSecond: 1.5, ratio: 2, ofCeiling: null });
  expect(rows[2]).toMatchObject({ stepsPerSecond: null, gflops: null, ratio: null });
  expect(rows.map(jsonOf).join()).not.toContain('NaN');
  expect(tableOf(rows)).toContain('W2 tfjs webgpu failed: so');
});

test('a wrong product of one image is called so', () => {
  const row = { type: 'image', kernel: 'k', I: 8, O: 9, real: 4, binary: 2, ratio: 2 } as const;
  expect(tableOf([{ ...row, error: 0.5 }])).toMatch(/8 x 9.*4\.00 ms.*2\.00 ms.* = 2\.00x$/);
  expect(tableOf([{ ...row, error: Infinity }])).toContain('WRONG');
});

test('without ours there is no ratio', () => {
  expect(benchRows([measured('tfjs', [1])], 1e9, 1)[0]?.ratio).toBeNull();
});

test('losses agree within a thousandth; NaN agrees with nothing', () => {
  expect(agree([2.001, 1], [2, 1])).toBe(true);
  expect(agree([2.003, 1], [2, 1])).toBe(false);
  expect(agree([NaN, 1], [2, 1])).toBe(false);
});

test('a window has at least one step', () => {
  expect(stepsFor(1, 7)).toBe(1);
  expect(stepsFor(1, 0.01)).toBe(100);
});

test.each([
  [['--windows', '0'], '--windows'],
  [['--workload', 'W9'], 'W9'],
  [['--only', 'them'], 'them'],
  [['--kernels', 'sideways'], 'sideways'],
  [['--kernels', '--shape', '1,2'], '--shape'],
  [['--shape', '1,2,3'], '--kernels'],
  [['--curves', 'sideways'], 'sideways'],
  [['--curves', '--workload', 'W1'], '--workload'],
  [['--curves', '--kernels'], 'exclude'],
  [['--image', '--shape', '1,2,3'], '--shape'],
  [['--image', '--only', 'ours'], '--only'],
  [['--heap', '--only', 'ours'], '--only'],
  [['--heap', '--gpu'], '--gpu'],
  [['--draw', 'rows.jsonl', '--windows', '2'], '--windows'],
  [['--draw'], '--draw'],
  [['--fast'], '--fast'],
  [['fast'], 'fast'],
  [['--node', '--only', 'tfjs'], 'browser'],
])('%j is refused in one line', (args, named) => {
  const options = readOptions(args);
  expect(options.ok).toBe(false);
  if (options.ok) return;
  expect(options.error).toContain(named);
  expect(options.error).not.toContain('\n');
});

test('flags narrow the task', () => {
  const options = readOptions(['--only', 'ours', '--workload', 'W2,W1', '--windows', '2']);
  expect(options).toMatchObject({
    ok: true,
    value: { task: { peers: ['ours'], workloads: ['W1', 'W2'], timing: { windows: 2 } } },
  });
  const kernels = readOptions(['--kernels', 'forward', '--shape', '1,2,3']);
  expect(kernels).toMatchObject({
    value: { task: { kind: 'kernels', roles: ['forward'], shapes: [{ B: 1, I: 2, O: 3 }] } },
  });
  const curves = readOptions(['--curves', 'cost', '--only', 'ours']);
  expect(curves).toMatchObject({ value: { task: { curves: ['cost'], peers: ['ours'] } } });
  const all = readOptions(['--curves', '--json']);
  expect(all).toMatchObject({
    value: { task: { curves: ['width', 'batch', 'cost'], peers: ['ours', 'jax-js'] }, json: true },
  });
  expect(readOptions(['--image', '--windows', '3'])).toMatchObject({
    value: { task: { kind: 'image', timing: { windows: 3 } } },
  });
  expect(readOptions(['--heap'])).toMatchObject({ value: { task: { kind: 'heap' } } });
  const draw = readOptions(['--draw', 'rows.jsonl']);
  expect(draw).toMatchObject({ value: { task: { kind: 'draw', file: 'rows.jsonl' } } });
});
