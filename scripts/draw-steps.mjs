/**
 * `node scripts/draw-steps.mjs FILE.svg NAME=FOLDER …`: training curves of runs that `npm run train -- --out
 * FOLDER` kept, beside each other: loss on the left, sign flips on the right, means over windows of steps.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** As the page has them, for a white ground; dash patterns for who sees no colour. */
const LOOKS = [
  { colour: '#3c4656', dash: '' },
  { colour: '#b5480a', dash: '7 3' },
  { colour: '#0a6cb0', dash: '2 2.5' },
  { colour: '#6b3fa0', dash: '9 3 2 3' },
];
const WINDOWS = 45;
const PANEL = { width: 330, height: 250, top: 54, lefts: [64, 478] };

const [file, ...pairs] = process.argv.slice(2);
const runs = pairs.map((pair) => pair.split('='));
if (!file?.endsWith('.svg') || runs.length === 0 || runs.length > LOOKS.length) {
  console.error(
    `Allowed is: draw-steps.mjs FILE.svg NAME=FOLDER, with one to ${LOOKS.length} runs.`,
  );
  process.exit(2);
}

/** Means over windows of a run's steps: { step, loss, flips }. */
function curveOf(folder) {
  const [head, ...lines] = readFileSync(join(folder, 'steps.csv'), 'utf8').trim().split('\n');
  const columns = head.split(',');
  const flips = columns.flatMap((name, k) => (name.startsWith('sign flips') ? [k] : []));
  const rows = lines.map((line) => line.split(',').map(Number));
  const size = Math.ceil(rows.length / WINDOWS);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, k) => {
    const part = rows.slice(k * size, (k + 1) * size);
    return {
      step: part.at(-1)[columns.indexOf('step')],
      loss: mean(part.map((row) => row[columns.indexOf('loss')])),
      flips: mean(part.map((row) => mean(flips.map((c) => row[c])))),
    };
  });
}

const curves = runs.map(([name, folder], k) => ({ name, ...LOOKS[k], points: curveOf(folder) }));
const all = curves.flatMap(({ points }) => points);
const last = Math.max(...all.map(({ step }) => step));
const round = (n) => Number(n.toFixed(1));
const text = (x, y, words, more = '') =>
  `<text x="${round(x)}" y="${round(y)}" ${more}>${words}</text>`;

/** A panel with its axis; `place` puts a value between 0 (bottom) and 1 (top). */
function panel(left, title, ticks, place, of) {
  const { width, height, top } = PANEL;
  const x = (step) => left + (width * step) / last;
  const y = (value) => top + height * (1 - place(value));
  const grid = ticks.map(
    ([value, words]) =>
      `<path d="M${left} ${round(y(value))}h${width}" stroke="#dedbd3"/>` +
      text(left - 8, y(value) + 4, words, 'text-anchor="end"'),
  );
  const lines = curves.map(({ colour, dash, points }) => {
    const path = points.map((point) => `${round(x(point.step))} ${round(y(of(point)))}`).join('L');
    return `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-dasharray="${dash}"/>`;
  });
  const steps = [0, last / 2, last].map((step) =>
    text(x(step), top + height + 18, String(Math.round(step)), 'text-anchor="middle"'),
  );
  return [text(left, top - 14, title, 'font-weight="600"'), ...grid, ...lines, ...steps].join('\n');
}

const highest = Math.ceil(2 * Math.max(...all.map(({ loss }) => loss))) / 2;
const fifths = Array.from({ length: 6 }, (_, k) => (highest * k) / 5);
const logs = all.map(({ flips }) => Math.log10(Math.max(flips, 1e-9)));
const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
const decades = Array.from({ length: high - low + 1 }, (_, k) => low + k);

const key = curves.map(({ name, colour, dash }, k) => {
  const [x, y] = [PANEL.lefts[0] + k * 190, PANEL.top + PANEL.height + 48];
  const line = `<path d="M${x} ${y - 4}h26" stroke="${colour}" stroke-width="1.6" stroke-dasharray="${dash}"/>`;
  return line + text(x + 32, y, name);
});
const said = curves.map(({ name, points }) => {
  const { loss, flips } = points.at(-1);
  return `${name}: loss ${loss.toPrecision(3)}, flips ${flips.toExponential(1)} at the end.`;
});
const size = 'width="840" height="376"';
writeFileSync(
  file,
  [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 840 376" role="img" font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="#1b1e22">`,
    `<title>Training loss and sign flips by step</title><desc>${said.join(' ')}</desc>`,
    `<rect ${size} fill="#ffffff"/>`,
    panel(
      PANEL.lefts[0],
      'Loss of the minibatch',
      fifths.map((value) => [value, value.toFixed(2)]),
      (value) => value / highest,
      ({ loss }) => loss,
    ),
    panel(
      PANEL.lefts[1],
      'Share of stored signs that change in a step',
      decades.map((exponent) => [10 ** exponent, `10^${exponent}`]),
      (value) => (Math.log10(Math.max(value, 1e-9)) - low) / (high - low),
      ({ flips }) => flips,
    ),
    ...key,
    '</svg>\n',
  ].join('\n'),
);
