/** Gives a page what it keeps or exports of a run. */
import type { Frozen } from '../gpu/frozen.ts';
import type { Handed, Wanted } from './handed.ts';
import type { Standing } from './standing.ts';

/** A layer's sizes as a message: the maps of the first one are those of data on the device. */
function withoutDevice(frozen: Frozen): Frozen {
  return {
    ...frozen,
    layers: frozen.layers.map((layer) => {
      const { height, width, channels } = layer.shape.from;
      const from = { height, width, channels };
      return { ...layer, shape: { ...layer.shape, from, companion: null } };
    }),
  };
}

/** Everything in it that is handed over rather than copied. */
export function buffersOf(handed: Handed): ArrayBuffer[] {
  if (handed.kind === 'state') {
    return [...handed.state.checkpoint.tensors.values()].map(({ data }) => data.buffer);
  }
  return handed.frozen.layers.flatMap(({ w, signs, gamma, beta, statistics }) => [
    ...[w, signs, gamma, beta].map(({ buffer }) => buffer),
    ...(statistics === null ? [] : [statistics.mean.buffer, statistics.variance.buffer]),
  ]);
}

/** Waits until the device has done all that was submitted; nothing of the run changes. */
export async function handOver(wanted: Wanted, standing: Standing): Promise<Handed> {
  const { runner, trainer, dataset } = standing;
  await runner.drain();
  if (wanted === 'state') {
    return {
      kind: 'state',
      state: { checkpoint: await trainer.save(), loop: runner.state },
    };
  }
  const made = await trainer.freeze(wanted);
  if (made === null) throw new Error('an evaluation that nobody gave up');
  const { shape, classNames, scale, offset, train } = dataset;
  return {
    kind: 'frozen',
    frozen: withoutDevice(made.frozen),
    spec: trainer.spec,
    data: { shape, classNames, scale, offset, bytes: train.images instanceof Uint8Array },
    step: trainer.step,
    testError: made.scores.test.error,
  };
}
