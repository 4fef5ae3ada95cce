/** What a layer has besides its sizes, in a line. Pure. */
import type { ConvSpec, DenseSpec, OutputSpec } from '../../experiment/spec.ts';

const parts = (texts: readonly (string | false)[]): string =>
  texts.filter((text) => text !== false).join(', ');

const filterTexts = ({ maxNorm, rate }: Pick<DenseSpec, 'maxNorm' | 'rate'>) => [
  maxNorm !== undefined && `max-norm ${maxNorm}`,
  rate !== undefined && rate !== 1 && `rate × ${rate}`,
];

/** `maxout of 5, max-norm 1.9`; without anything said, `ReLU`. */
export function rulesText(layer: DenseSpec | ConvSpec, hasCompanion: boolean): string {
  const { pieces = 1, dropout } = layer;
  return parts([
    pieces > 1 ? `maxout of ${pieces}` : 'ReLU',
    ...filterTexts(layer),
    dropout !== undefined && `dropout ${dropout}`,
    hasCompanion && 'companion',
  ]);
}

export const outputText = (output: OutputSpec): string =>
  parts([
    output.type === 'dense' ? 'dense' : output.relu ? 'averaged maps, ReLU' : 'averaged maps',
    ...filterTexts(output),
  ]);
