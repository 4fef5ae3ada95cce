/** Histograms of stored weights for paper. Pure. */
import { layerColour } from '../charts/colours.ts';
import { figures } from '../../experiment/digits.ts';
import { share } from '../common/format.ts';
import type { Moment } from '../state/strip.ts';
import { printColour } from './colours.ts';
import { INNER, round, sheet, text } from './svg.ts';

const BARS = 90;
const EACH = BARS + 52;

/** A histogram a layer, one below the other, as they stood at a moment. */
export function printHistograms(
  { layers, isClipped, step }: Moment,
  names: readonly string[],
  facts: string,
): ReturnType<typeof sheet> {
  const body = layers
    .map(({ histogram, range, saturation }, l) => {
      const highest = histogram.reduce((most, count) => Math.max(most, count), 1);
      const pitch = INNER / histogram.length;
      const base = 20 + BARS;
      const bars = Array.from(histogram, (count, bin) => {
        const height = Math.sqrt(count / highest) * BARS;
        const isEnd = isClipped && (bin === 0 || bin === histogram.length - 1);
        const end = bin === 0 ? 'var(--sign-minus)' : 'var(--sign-plus)';
        return `<rect x="${round(bin * pitch)}" y="${round(base - height)}" width="${round(pitch - 1)}" height="${round(height)}" fill="${printColour(isEnd ? end : 'var(--bar)')}"/>`;
      });
      const said = figures(range, 3);
      const sign = isClipped ? 'H = ' : '';
      return [
        `<g transform="translate(0 ${EACH * l})">`,
        `<rect y="3" width="5" height="11" fill="${printColour(layerColour(l, layers.length))}"/>`,
        text(11, 13, names[l] ?? '', { bold: true }),
        isClipped ? text(INNER, 13, `at ±H ${share(saturation)}`, { anchor: 'end' }) : '',
        ...bars,
        `<path d="M0 ${base}H${INNER}M${INNER / 2} 20V${base}" stroke="#87837a" fill="none"/>`,
        text(0, base + 15, `−${sign}${isClipped ? '−' : ''}${said}`, { size: 11 }),
        text(INNER / 2, base + 15, '0', { size: 11, anchor: 'middle' }),
        text(INNER, base + 15, `+${sign}${isClipped ? '+' : ''}${said}`, {
          ...{ size: 11, anchor: 'end' },
        }),
        '</g>',
      ].join('\n');
    })
    .join('\n');
  return sheet({
    title: `Stored weights at step ${step}`,
    facts: `Bar height: root of the share. ${facts}`,
    body,
    height: EACH * layers.length - 12,
  });
}
