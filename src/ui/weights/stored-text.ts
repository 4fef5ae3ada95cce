/** What the pictures of stored weights say in words and in tables. Pure. */
import type { LayerSummary } from '../../session/protocol.ts';
import { thinned } from '../charts/lines.ts';
import { figures } from '../../experiment/digits.ts';
import { share, whole } from '../common/format.ts';
import { layerTitle } from '../text.ts';
import type { Moment, StoredLook } from '../state/strip.ts';
import type { Twin } from '../common/table-twin.tsx';

const total = (probe: StoredLook): number => probe.histogram.reduce((sum, n) => sum + n, 0);

const shareOf = (probe: StoredLook, from: number, to: number): number => {
  let count = 0;
  for (let bin = from; bin < to; bin++) count += probe.histogram[bin] ?? 0;
  return count / Math.max(1, total(probe));
};

export function histogramSummary(
  name: string,
  probe: StoredLook | undefined,
  isClipped: boolean,
): string {
  if (probe === undefined) return `Stored weights of ${name}: not measured yet.`;
  const half = probe.histogram.length / 2;
  const range = figures(probe.range, 3);
  return [
    `Stored weights of ${name}, from −${range} to +${range}:`,
    `${share(shareOf(probe, 0, half))} below zero`,
    ...(isClipped ? [`and ${share(probe.saturation)} at ±H.`] : ['and the rest above.']),
  ].join(' ');
}

/** Groups of bins a table row stands for: 64 rows would be more than anyone reads. */
const GROUPS = 16;

export function storedTables(
  layers: readonly LayerSummary[],
  probes: readonly StoredLook[] | null,
  /** When it was. */
  moment: string,
): Twin[] {
  const rows = layers.map(({ name, H }, l) => {
    const probe = probes?.[l];
    return {
      key: name,
      cells: [
        layerTitle(name),
        figures(H, 3),
        probe ? `±${figures(probe.range, 3)}` : '',
        probe ? share(probe.saturation) : '',
        probe ? whole(total(probe)) : '',
      ],
    };
  });
  const summary = {
    caption: `Stored weights by layer${moment && `, ${moment}`}`,
    columns: ['Layer', 'H', 'Range', 'At ±H', 'Weights'],
    rows,
  };
  if (probes === null) return [summary];
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    const edge = (g: number) => figures(-1 + (2 * g) / GROUPS, 3);
    const bins = (probes[0]?.histogram.length ?? 64) / GROUPS;
    return {
      key: String(group),
      cells: [
        `${edge(group)} to ${edge(group + 1)}`,
        ...layers.map((_layer, l) => {
          const probe = probes[l];
          return probe ? share(shareOf(probe, group * bins, (group + 1) * bins)) : '';
        }),
      ],
    };
  });
  return [
    summary,
    {
      caption: 'Share of stored weights by part of the range',
      columns: ['Part of range', ...layers.map(({ name }) => layerTitle(name))],
      rows: groups,
    },
  ];
}

/** What a layer's strip is, in a sentence. */
export const stripSummary = (name: string, moments: readonly string[]): string =>
  moments.length === 0
    ? `Stored weights of ${name} over time: not measured yet.`
    : `Stored weights of ${name} over time, ${moments[0] ?? ''} to ${moments.at(-1) ?? ''}.`;

/** Some of the moments, with two figures a layer. */
export const stripTable = (layers: readonly LayerSummary[], moments: readonly Moment[]): Twin => ({
  caption: 'Stored weights over time',
  columns: [
    'Step',
    ...layers.flatMap(({ name }) => [
      `${layerTitle(name)}, below zero`,
      `${layerTitle(name)}, at ±H`,
    ]),
  ],
  rows: thinned(moments).map((moment) => ({
    key: String(moment.step),
    cells: [
      String(moment.step),
      ...layers.flatMap((_layer, l) => {
        const look = moment.layers[l];
        if (look === undefined) return ['', ''];
        const below = share(shareOf(look, 0, look.histogram.length / 2));
        return [below, moment.isClipped ? share(look.saturation) : ''];
      }),
    ],
  })),
});
