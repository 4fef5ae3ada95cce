/** What becomes of one weight in a step, as rows of text, phase by phase. Pure. */
import type { ExperimentSpec } from '../../experiment/spec.ts';
import type { LayerSummary, StepTrace } from '../../session/protocol.ts';
import { figures } from '../../experiment/digits.ts';

export interface Row {
  readonly name: string;
  readonly value: string;
  /** How it comes about. */
  readonly note: string;
}

export interface PhaseText {
  readonly name: string;
  /** One sentence. */
  readonly text: string;
  readonly rows: readonly Row[];
}

/** A number that may be tiny: six figures, a minus sign that is one. */
export const exact = (value: number): string =>
  (value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4)
    ? String(Number(value.toPrecision(6)))
    : value.toExponential(3)
  ).replaceAll('-', '−');

const signText = (bit: number): string => (bit === 1 ? '+' : '−');

/** Where in a layer a weight lies, in words that count from 1, as all of the page does for people. */
export function placeText(
  layer: Pick<LayerSummary, 'kind' | 'kernel' | 'from'>,
  row: number,
  column: number,
): string {
  if (layer.kind === 'dense') return `from input ${row + 1} to unit ${column + 1}`;
  const { channels } = layer.from;
  const place = Math.floor(row / channels);
  return `filter ${column + 1}, row ${Math.floor(place / layer.kernel) + 1}, column ${(place % layer.kernel) + 1}, channel ${(row % channels) + 1}`;
}

/** What of this method is not plain BinaryConnect; empty where all of it is. */
export function differences(spec: ExperimentSpec, trace: StepTrace | null): string[] {
  return [
    ...(spec.learning === 'expectation'
      ? [
          'Expectation BackPropagation has no gradient and no stored weight to clip: this does not apply to it.',
        ]
      : []),
    ...(spec.magnitude === 'mean'
      ? ['What propagates is the sign times the mean of the layer’s |w|, not times H.']
      : []),
    ...(spec.network.dropConnect === undefined
      ? []
      : [
          'DropConnect: each example sees this weight, or zero in its place; its gradient counts those that see it.',
        ]),
    ...(spec.network.hidden.some((layer) => layer.type !== 'pool' && layer.maxNorm !== undefined)
      ? ['Max-norm may shorten a whole filter after the clip; then “after” is what that left.']
      : []),
    ...(trace?.phase === 1
      ? [
          'Retraining: what propagates is −Δ, 0 or +Δ; the bits below are the signs of what is stored.',
        ]
      : []),
  ];
}

function binarisePhase(trace: StepTrace): PhaseText {
  const { mode, phase, stored, chance, drawn, propagated, bit, H } = trace;
  const rows: Row[] = [
    { name: 'stored w', value: exact(stored), note: 'what training left so far' },
  ];
  if (phase === 1) {
    rows.push({
      name: 'propagates',
      value: exact(propagated),
      note: 'the nearest of −Δ, 0 and +Δ',
    });
  } else if (mode === 'none') {
    rows.push({ name: 'propagates', value: exact(propagated), note: 'w itself: real weights' });
  } else {
    if (chance !== null && drawn !== null) {
      rows.push(
        {
          name: 'p = hs(w / H)',
          value: exact(chance),
          note: `the chance of +, with H = ${exact(H)}`,
        },
        {
          name: 'drawn',
          value: exact(drawn),
          note: drawn < chance ? 'smaller than p: +' : 'not smaller than p: −',
        },
      );
    }
    rows.push(
      {
        name: 'bit',
        value: String(bit),
        note:
          chance === null ? (stored >= 0 ? 'w ≥ 0: 1 is +' : 'w < 0: 0 is −') : '1 is +, 0 is −',
      },
      {
        name: 'propagates',
        value: exact(propagated),
        note: `${signText(bit)}${exact(Math.abs(propagated))}`,
      },
    );
  }
  return {
    name: 'Binarise',
    text: 'The stored weight becomes the one that propagates in this minibatch.',
    rows,
  };
}

function forwardPhase({ input, propagated, loss }: StepTrace, batch: number): PhaseText {
  return {
    name: 'Forward',
    text: 'Each of the minibatch’s examples goes through the net with the weights that propagate.',
    rows: [
      input === null
        ? {
            name: 'used',
            value: 'at every place',
            note: 'of the maps, with another number each time: a convolution',
          }
        : { name: 'reads x', value: exact(input), note: 'in the first example of the minibatch' },
      ...(input === null
        ? []
        : [
            {
              name: 'adds wb · x',
              value: exact(propagated * input),
              note: 'to the sum of its unit',
            },
          ]),
      { name: 'loss', value: exact(loss), note: `of the minibatch of ${batch}, mean` },
    ],
  };
}

function backwardPhase({ gradient, input }: StepTrace, batch: number): PhaseText {
  return {
    name: 'Backward',
    text: 'The gradient at what propagated is handed to the stored weight unchanged: straight through.',
    rows: [
      {
        name: '∂L/∂wb',
        value: exact(gradient),
        note: `summed over ${batch} examples${input === null ? ' and all places' : ''}`,
      },
    ],
  };
}

const MOMENTS: Readonly<Record<number, readonly string[]>> = {
  1: ['velocity'],
  2: ['mean of g', 'mean of g²'],
};

function updatePhase(trace: StepTrace): PhaseText {
  const { stored, gradient, decay, rate, scale, change, clips, H, after, bit, nextBit, mode } =
    trace;
  const { momentsBefore, momentsAfter } = trace;
  const names = MOMENTS[momentsBefore.length] ?? [];
  const unclipped = stored + change;
  const wasClipped = clips && Math.abs(unclipped) > H;
  const flipped = stored >= 0 !== after >= 0;
  return {
    name: 'Update and clip',
    text: 'The optimiser’s step moves the stored weight; beyond ±H it is set back to the bound.',
    rows: [
      ...(decay === 0
        ? []
        : [
            {
              name: 'g with decay',
              value: exact(gradient + decay * stored),
              note: 'decay · w added',
            },
          ]),
      ...names.map((name, k) => ({
        name,
        value: exact(momentsAfter[k] ?? NaN),
        note: `was ${exact(momentsBefore[k] ?? NaN)}`,
      })),
      {
        name: 'step',
        value: exact(change),
        note: `rate ${figures(rate, 3)}${names.length === 2 ? ', bias corrected' : ''}, times the layer’s ${figures(scale, 4)}`,
      },
      { name: 'w + step', value: exact(unclipped), note: 'before the clip' },
      {
        name: 'w after',
        value: exact(after),
        note: !clips
          ? 'real weights are not clipped'
          : wasClipped
            ? `clipped to ${signText(Number(after >= 0))}H`
            : 'within ±H: nothing to clip',
      },
      {
        name: 'sign of w',
        value: flipped ? 'flipped' : 'stays',
        note: flipped
          ? `${signText(Number(stored >= 0))} to ${signText(Number(after >= 0))}`
          : signText(Number(after >= 0)),
      },
      ...(mode === 'stochastic'
        ? [
            {
              name: 'next draw',
              value: String(nextBit),
              note: nextBit === bit ? 'the same bit' : 'another bit: a sample flip',
            },
          ]
        : []),
    ],
  };
}

/** The four phases of a traced step. */
export const phasesOf = (trace: StepTrace, batch: number): readonly PhaseText[] => [
  binarisePhase(trace),
  forwardPhase(trace, batch),
  backwardPhase(trace, batch),
  updatePhase(trace),
];

/** A sentence that sums the step up, for those who listen. */
export const summaryOf = ({ stored, after, bit, gradient, mode }: StepTrace): string =>
  `Stored ${exact(stored)}${mode === 'none' ? '' : `, propagated as ${signText(bit)}`}; gradient ${exact(gradient)}; after the step ${exact(after)}.`;
