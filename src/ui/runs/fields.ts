/** A spec as the form has it: the names of its fields, and their values in words. Pure. */
import type { Decay, ExperimentSpec, LayerSpec, OptimizerSpec } from '../../experiment/spec.ts';
import { outputText, rulesText } from '../network/rules.ts';
import { datasetTitle, layerTitle, MODE_NAMES, OPTIONS } from '../text.ts';

export type FieldText = readonly [name: string, value: string];

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');
/** A field that may be absent, with what holds then. */
const or = (value: number | undefined, absent: string): string =>
  value === undefined ? absent : String(value);

function layerText(layer: LayerSpec): string {
  switch (layer.type) {
    case 'dense':
      return `dense, ${layer.units} units, ${rulesText(layer, false)}`;
    case 'conv': {
      const { channels, kernel, stride, padding } = layer;
      return `convolution, ${channels} maps, ${kernel} × ${kernel}, stride ${stride}, padding ${padding}, ${rulesText(layer, false)}`;
    }
    case 'pool':
      return layer.kind === 'global-average'
        ? 'global average'
        : `${layer.kind}, ${layer.size} × ${layer.size}, stride ${layer.stride}${layer.ceil ? ', rounded up' : ''}`;
  }
}

/** Numbered as the panel numbers them. */
function layerFields(hidden: readonly LayerSpec[]): FieldText[] {
  const counts = { weighted: 0, pools: 0 };
  return hidden.map((layer) => {
    const title =
      layer.type === 'pool' ? `Pooling ${++counts.pools}` : `Layer ${++counts.weighted}`;
    return [title, layerText(layer)];
  });
}

function companionFields({ companions }: ExperimentSpec['network']): FieldText[] {
  if (companions === undefined) return [['Companions', 'none']];
  const { at, rate, fade } = companions;
  return [
    ['Companions', `at ${at.map(layerTitle).join(', ')}`],
    ['Rate of companions', String(rate)],
    ['Companions fade', fade === undefined ? 'no' : `slope ${fade.slope}, power ${fade.power}`],
  ];
}

function optimizerFields(optimizer: OptimizerSpec): FieldText[] {
  const kind: FieldText = ['Optimiser', OPTIONS.optimizer[optimizer.kind]];
  switch (optimizer.kind) {
    case 'sgd':
      return [kind];
    case 'nesterov':
      return [kind, ['Momentum', String(optimizer.momentum)]];
    case 'momentum': {
      const { momentum, ramp } = optimizer;
      const way = ramp === undefined ? 'none' : `to ${ramp.end} in ${ramp.epochs} epochs`;
      return [kind, ['Momentum', String(momentum)], ['Momentum ramp', way]];
    }
    case 'adam':
      return [
        kind,
        ['Beta 1', String(optimizer.beta1)],
        ['Beta 2', String(optimizer.beta2)],
        ['Epsilon', String(optimizer.epsilon)],
      ];
  }
}

function decayText(decay: Decay | undefined): string {
  switch (decay?.kind) {
    case undefined:
      return OPTIONS.decay.exponential;
    case 'linear':
      return `${OPTIONS.decay.linear}, ${decay.epochs} epochs`;
    case 'division':
      return `${OPTIONS.decay.division}, by ${decay.by}`;
    case 'steps':
      return `${OPTIONS.decay.steps} ${decay.at.join(', ')}`;
  }
}

/** Every field there is, in the form's order. */
export function fieldsOf(spec: ExperimentSpec): FieldText[] {
  const { network, augmentation, rate, retraining } = spec;
  return [
    ['Data', datasetTitle(spec.data)],
    ['Preprocessing', OPTIONS.preprocessing[spec.preprocessing]],
    ['Crop padding', String(augmentation.pad)],
    ['Mirror images', yesNo(augmentation.flip)],
    ['Weights', MODE_NAMES[spec.mode]],
    ...layerFields(network.hidden),
    ['Output', outputText(network.output ?? { type: 'dense' })],
    ...companionFields(network),
    ['Magnitude', OPTIONS.h[spec.h]],
    ['Signs times', OPTIONS.magnitude[spec.magnitude]],
    ['Initialisation', OPTIONS.initialisation[spec.initialisation]],
    ['Real ones within ±', or(spec.initialRange, 'as initialised')],
    ['Batch norm', OPTIONS.batchNorm[network.batchNorm]],
    ['Pooling', OPTIONS.pooling[network.pooling]],
    ['Dropout, input', String(network.dropout.input)],
    ['Dropout, hidden', String(network.dropout.hidden)],
    ['DropConnect', or(network.dropConnect, 'none')],
    ['Learning by', OPTIONS.learning[spec.learning]],
    ['Loss function', OPTIONS.loss[spec.loss]],
    ...optimizerFields(spec.optimizer),
    ['Rate, at first', String(rate.start)],
    ['Rate, at the end', String(rate.end)],
    ['Rate decay', decayText(rate.decay)],
    ['Rate scale', OPTIONS.lrScale[spec.lrScale]],
    ['Rate of biases', or(spec.biasRate, '1')],
    ['Weight decay', or(spec.weightDecay, '0')],
    [
      'Ternary retraining',
      retraining === undefined
        ? 'no'
        : `after ${retraining.after} epochs, ${retraining.signalLevels} levels of signals`,
    ],
    ['Batch', String(spec.batch)],
    ['Epochs', String(spec.epochs)],
    ['Evaluate every', String(spec.evaluateEvery)],
    ['Shuffle every', String(spec.shuffleEvery)],
    ['Seed', String(spec.seed)],
  ];
}
