/** A loss that is no number is traced to a layer from whatever state was kept last. */
import { expect } from 'vitest';
import { runOf } from '../experiment/run.ts';
import { gpuTest } from '../testing/gpu.ts';
import { SMALL_DATA, SMALL_SPEC } from '../testing/listener.ts';
import { diagnose } from './diagnosis.ts';
import { NotFinite } from './failures.ts';
import { LastGood } from './last-good.ts';
import { listen, make } from './standing.ts';

gpuTest(
  'a state kept while its evaluation was due is replayed from',
  async ({ device, adapter }) => {
    const spec = {
      ...SMALL_SPEC,
      network: { ...SMALL_SPEC.network, batchNorm: 'none' as const },
      mode: 'none' as const,
      optimizer: { kind: 'sgd' as const },
      epochs: 10,
    };
    const hardware = { ok: true as const, device, adapter };
    const made = await make(runOf(spec), hardware, SMALL_DATA, () => Promise.resolve(null));
    const epoch = made.trainer.stepsPerEpoch;
    const changes = [{ step: epoch + 2, field: 'rate' as const, value: 1000 }];
    const standing = listen(made, changes, { post: () => undefined, hears: () => null });
    const { runner, trainer } = standing;
    while (!runner.evaluationDue) await runner.advance(epoch, () => true);
    const good = new LastGood({ every: Infinity, tell: Infinity });
    await good.take(runner);
    expect(good.state?.loop.evaluationDue).toBe(true);

    const further = async () => {
      while (trainer.step < 5 * epoch) await runner.advance(1, () => true);
      await runner.drain();
    };
    const error = await further().then(
      () => null,
      (failed: unknown) => failed,
    );
    if (!(error instanceof NotFinite)) throw new Error('the loss stayed finite');
    const told = await diagnose(standing, error, good, () => true);
    expect(told.step).toBe(error.step);
    expect(told.message).toMatch(/since step \d+: .*(dense1|output)/);
    trainer.destroy();
  },
);
