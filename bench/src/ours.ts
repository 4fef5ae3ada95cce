/** The playground's engine as a contender: its own device data, its own order of examples. */
import { at } from '../../src/experiment/at.ts';
import type { Adapter } from '../../src/gpu/device.ts';
import { Pace } from '../../src/gpu/pace.ts';
import { profileFor } from '../../src/gpu/profile.ts';
import { MAX_STEPS_PER_SUBMIT, Trainer } from '../../src/gpu/trainer.ts';
import type { Contender, Session } from './measure.ts';

export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: Adapter;
}

class Training implements Session {
  readonly #trainer: Trainer;
  readonly #pace = new Pace(MAX_STEPS_PER_SUBMIT);

  constructor(trainer: Trainer) {
    this.#trainer = trainer;
  }

  async train(count: number): Promise<number> {
    const trainer = this.#trainer;
    let loss = NaN;
    let done = performance.now();
    let left = count;
    let submits: Promise<void>[] = [];
    while (left > 0) {
      await trainer.whenFree();
      // A submit ends with its epoch; how long it should take is the product's own choice.
      const untilEpoch = trainer.stepsPerEpoch - (trainer.step % trainer.stepsPerEpoch);
      const steps = Math.min(left, this.#pace.count, untilEpoch);
      const begun = performance.now();
      const submit = trainer.train(steps).then((metrics) => {
        const now = performance.now();
        this.#pace.took(steps, now - Math.max(begun, done));
        done = now;
        loss = at(metrics.loss, steps - 1);
      });
      submits = [...submits.slice(-4), submit];
      left -= steps;
    }
    await Promise.all(submits);
    return loss;
  }

  dispose(): void {
    this.#trainer.destroy();
  }
}

export const ours = ({ device, adapter }: Gpu): Contender => ({
  peer: 'ours',
  backend: 'webgpu',
  open: async ({ workload: { spec }, dataset, layers }) => {
    const profile = profileFor(adapter, 'auto', layers.length);
    return new Training(await Trainer.create(device, profile, spec, dataset));
  },
});
