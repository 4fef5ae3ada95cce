/** Pictures for paper: whole, in the printed colours, with nothing of a name taken for markup. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { findRecipe } from '../../experiment/recipes.ts';
import { runOf } from '../../experiment/run.ts';
import { DEFAULT_SPEC } from '../../experiment/spec.ts';
import { onScale } from '../charts/chart-model.ts';
import { layerColour } from '../charts/colours.ts';
import type { PlotLine } from '../charts/lines.ts';
import { bench, openedEvent } from '../testing.ts';
import { PRINT_TOKENS, printColour } from './colours.ts';
import { factsText, fileName } from './facts.ts';
import { printHistograms } from './histograms.ts';
import { printLineChart } from './line-chart.ts';
import { escaped, wrapped } from './svg.ts';

const line = (key: string, look: PlotLine['look'], name = key): PlotLine => ({
  ...{ key, name, look, colour: 'var(--mode-stochastic)', dash: '2 2.5' },
});

const drawn = {
  ...({ title: 'Error', kind: 'epoch', exact: (n: number) => `${n} %` } as const),
  rows: [
    { x: 0.5, from: 1, step: 5, raw: 40, train: 30, kept: 12 },
    { x: 1, from: 6, step: 10, raw: 0, train: 20, test: 15, kept: 10 },
  ],
  lines: [
    line('kept', 'kept', '<b>mine</b> & "yours"'),
    line('raw', 'faint', 'train'),
    line('train', 'plain'),
    line('test', 'disc'),
  ],
  end: 1,
  marks: [{ x: 0.5, text: 'Stochastic' }],
  references: [{ value: 1.18, text: 'published: 1.18 %, real weights' }],
};

const tools = (scale: 'usual' | 'linear' | 'log') => ({
  ...({ smoothing: 0.6, across: 'epoch', scale } as const),
});
const scaled = {
  ...({
    tick: (n: number) => `${n} %`,
    logTick: (n: number) => `${n} %`,
    usual: 'linear',
  } as const),
};

describe('a printed line chart', () => {
  it('has a title, axes, a legend, marks, what was published, and the facts', () => {
    const { svg, height } = printLineChart(onScale(drawn, scaled, tools('usual')), 'seed 1 & more');
    expect(height).toBeGreaterThan(300);
    for (const said of [
      ...['>Error</text>', '>epoch</text>', '>0 %</text>', '>40 %</text>', '>Stochastic</text>'],
      ...['>train, smoothed 20 %</text>', '>test 15 %</text>', '>seed 1 &amp; more</text>'],
      ...['>published: 1.18 %, real weights</text>', 'fill="#ffffff"'],
      '&lt;b&gt;mine&lt;/b&gt; &amp; &quot;yours&quot; 10 %',
    ]) {
      expect(svg).toContain(said);
    }
    // Nothing that only a style sheet would know, and nothing to be loaded.
    expect(svg).not.toMatch(/var\(|color-mix|NaN|Infinity|undefined|href|<script/);
  });

  it('leaves out on a log axis what has no place there', () => {
    const chart = onScale(drawn, scaled, tools('log'));
    expect(chart.decades).toEqual([1, 10, 100]);
    expect(chart.rows[1]).not.toHaveProperty('raw');
    expect(printLineChart(chart, '').svg).not.toMatch(/NaN|Infinity/);
  });

  it('stands before the first step, too', () => {
    const empty = onScale({ ...drawn, rows: [], references: [] }, scaled, tools('usual'));
    expect(printLineChart(empty, 'nothing yet').svg).not.toMatch(/NaN|Infinity/);
  });
});

describe('printed histograms', () => {
  it('have a row a layer, and the colours of the signs at ±H', () => {
    const look = { histogram: new Uint32Array(64).fill(3), range: 1, saturation: 0.25 };
    const moment = { step: 7, layers: [look, look], isClipped: true };
    const { svg } = printHistograms(moment, ['Layer 1', 'Output'], 'facts');
    expect(svg.match(/<rect/g)).toHaveLength(1 + 2 * 65);
    expect(svg).toContain('>Stored weights at step 7</text>');
    expect(svg).toContain('at ±H 25.00 %');
    expect(svg.match(/#d07a9c/g)).toHaveLength(2);
    const real = printHistograms({ ...moment, isClipped: false }, ['Layer 1', 'Output'], 'facts');
    expect(real.svg).not.toContain('#d07a9c');
  });
});

describe('printed colours', () => {
  it('are those of the light theme', async () => {
    const css = await readFile(new URL('../styles/tokens.css', import.meta.url), 'utf8');
    const light = css.slice(0, css.indexOf('@media'));
    for (const [name, value] of Object.entries(PRINT_TOKENS)) {
      if (name !== '--paper') expect(light).toContain(`${name}: ${value};`);
    }
  });

  it('mix as the style sheet does', () => {
    expect(printColour(layerColour(0, 3))).toBe(PRINT_TOKENS['--layer-first']);
    expect(printColour(layerColour(2, 3))).toBe(PRINT_TOKENS['--layer-last']);
    // What Chromium computes for color-mix(in oklab, #9b78d8 50%, #3a1a6e).
    const half = printColour(layerColour(1, 3));
    const channels = [1, 3, 5].map((at) => Number.parseInt(half.slice(at, at + 2), 16));
    for (const [k, expected] of [0x68, 0x49, 0xa2].entries()) {
      expect(Math.abs((channels[k] ?? 0) - expected)).toBeLessThanOrEqual(1);
    }
  });
});

describe('facts', () => {
  it('name the run, how far it came, and its link', () => {
    const recipe = findRecipe('mlp-small');
    if (!recipe.ok) throw new Error(recipe.error);
    const { playground, emit } = bench();
    playground.open(runOf(DEFAULT_SPEC));
    emit(openedEvent(runOf(DEFAULT_SPEC)));
    const said = factsText({ ...playground.state, step: 750 });
    expect(said).toContain('Fashion-MNIST: Small MLP, deterministic weights');
    expect(said).toContain('After step 750 (epoch 1.5 of');
    expect(said).toContain('#v=1');
    expect(fileName('Sign flips', playground.state)).toBe(
      'binaryconnect-sign-flips-fashion-mnist-seed1-step0',
    );
  });

  it('break into lines, and keep out what XML cannot hold', () => {
    expect(wrapped('one two three', 45, 10)).toEqual(['one two', 'three']);
    expect(escaped('a\u0000<\u0007b')).toBe('a&lt;b');
  });
});
