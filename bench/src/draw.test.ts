import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rangeFor, spread, tickLabel, ticksFor } from './chart.ts';
import { draw } from './draw.ts';
import { jsonOf, type CurveRow } from './table.ts';

test('ticks are read as people write them', () => {
  expect([1, 256, 4096, 0.1].map(tickLabel)).toEqual(['1', '256', '4\u2009096', '0.1']);
  expect([1e5, 1e9].map(tickLabel)).toEqual(['10⁵', '10⁹']);
});

test('an axis reaches around all values, with not too many round numbers', () => {
  expect(rangeFor([0.3, 42])).toEqual([0.2, 50]);
  expect(rangeFor([10])).toEqual([10, 20]);
  expect(rangeFor([0.9, 1001])).toEqual([0.5, 2000]);
  expect(ticksFor([0.2, 50])).toEqual([0.2, 0.5, 1, 2, 5, 10, 20, 50]);
  expect(ticksFor([0.5, 2000])).toEqual([1, 10, 100, 1000]);
});

test('labels keep their distance and their order', () => {
  expect(spread([10, 12, 50], 20)).toEqual([10, 30, 50]);
  expect(spread([12, 10], 20)).toEqual([30, 10]);
});

const point = (peer: CurveRow['peer'], at: number, rate: number | null): CurveRow => ({
  ...{ type: 'curve', curve: 'width', at, net: `784-${at}-${at}-10`, batch: 100, macs: 1e6 },
  ...{ peer, backend: 'webgpu', stepsPerSecond: rate, min: rate, max: rate, windows: 1 },
  ...{ gflops: 1, ratio: 1, problem: rate === null ? 'stopped: so' : null },
});

test('rows of a run become a picture of both, and what was not measured is left out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'draw-'));
  try {
    const file = join(folder, 'rows.jsonl');
    const rows = [point('ours', 64, 90), point('jax-js', 64, 40), point('ours', 128, 50)];
    writeFileSync(file, [...rows, point('jax-js', 128, null)].map(jsonOf).join('\n'));
    const drawn = draw(file, folder);
    expect(drawn).toEqual({ ok: true, value: [join(folder, 'width.svg')] });
    const svg = readFileSync(join(folder, 'width.svg'), 'utf8');
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg.match(/<rect x="[\d.]+" y="[\d.]+" width="8"/g)).toHaveLength(1);
    for (const name of ['>ours<', '>jax-js<', '>64<', '>128<']) expect(svg).toContain(name);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['{"type":"curve"', 'Line 1'],
  ['[1]', 'Line 1'],
  ['{"type":"ceiling","gflops":7}', 'no measured point'],
])('%s is refused in one line', (content, named) => {
  const folder = mkdtempSync(join(tmpdir(), 'draw-'));
  try {
    const file = join(folder, 'rows.jsonl');
    writeFileSync(file, content);
    const drawn = draw(file, folder);
    expect(drawn.ok).toBe(false);
    if (drawn.ok) return;
    expect(drawn.error).toContain(named);
    expect(drawn.error).not.toContain('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that is not there is told', () => {
  expect(draw('/nowhere/rows.jsonl', tmpdir())).toMatchObject({ ok: false });
});
