/** The drawings' numbers as tables. Pure. */
import { bytes, whole } from '../common/format.ts';
import type { Twin } from '../common/table-twin.tsx';
import { type Design, stageText } from './design.ts';

export function tablesOf({ units, slowest, schedule }: Design): Twin[] {
  return [
    {
      caption: 'Folding and cycles',
      columns: [
        ...['Layer', 'MH', 'MW', 'PE', 'SIMD', 'NF', 'SF', 'Vectors', 'Cycles a vector'],
        ...['Cycles an example', 'Lanes, adders', 'Slowest'],
      ],
      rows: units.map(({ layer, title, folded }, l) => ({
        key: layer.name,
        cells: [
          title,
          ...[folded.MH, folded.MW, folded.PE, folded.SIMD, folded.NF, folded.SF].map(whole),
          ...[folded.vectors, folded.cyclesAVector, folded.cycles, folded.lanes].map(whole),
          slowest.includes(l) ? 'yes' : '',
        ],
      })),
    },
    {
      caption: 'Memory, in an element and together',
      columns: [
        ...['Layer', 'Words', 'Bits a word', 'Weights', 'Sum', 'Vector replayed', 'Line buffer'],
        'Pooling',
      ],
      rows: units.map(({ layer, title, folded, stores }) => ({
        key: layer.name,
        cells: [
          ...[title, whole(folded.depth), whole(folded.SIMD), bytes(folded.bits / 8)],
          `${stores.accumulator} bits`,
          ...[stores.replay, stores.lines, stores.pooling].map((bits) =>
            bits === 0 ? 'none' : bytes(bits / 8),
          ),
        ],
      })),
    },
    {
      caption: 'Behind the sums, and on to the next layer',
      columns: [
        ...['Layer', 'Stages', 'Multipliers', 'Cycles between two affines of an element'],
        ...['Out at once', 'In at once', 'Held for that', 'Words that wait'],
      ],
      rows: units.map(({ layer, title, folded, stages, affineInterval }, l) => {
        const link = schedule.links[l];
        const multiplies = stages.some((stage) => stage.kind === 'affine' && stage.multiplies);
        return {
          key: layer.name,
          cells: [
            title,
            stages.map(stageText).join(', '),
            multiplies ? whole(folded.PE) : '0',
            whole(affineInterval),
            ...(link === undefined
              ? [whole(folded.PE), '', '', '']
              : [link.from, link.to, link.held, link.fifo].map(whole)),
          ],
        };
      }),
    },
  ];
}
