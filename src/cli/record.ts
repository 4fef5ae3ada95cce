/** `npm run record`: train a small run and write public/recorded.bin, which the page plays where WebGPU is missing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOf } from '../experiment/run.ts';
import { DEFAULT_SPEC } from '../experiment/spec.ts';
import type { EpochRecord, SessionEvent } from '../session/protocol.ts';
import { readRecording, type RecordedFrame, writeRecording } from '../session/recording.ts';
import { listen, make, openedEvent } from '../session/standing.ts';
import { loadFromFolder } from './folder-source.ts';
import { progressBar } from './progress-bar.ts';
import { PROJECT_DIR } from './project.ts';
import { CommandError } from './train-output.ts';
import { exitCode, withDevice } from './training.ts';

const RUN = runOf({
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 64 }] },
  epochs: 4,
});

/** Steps at which the layers are looked into: close together while much changes. */
function momentsOf(steps: number): number[] {
  const early = [1, 2, 4, 8, 12, 18, 25, 35, 50, 70, 100, 140, 200, 260, 330, 400];
  const later = Array.from({ length: Math.floor(steps / 100) }, (_, k) => 100 * (k + 1));
  return [...new Set([...early, ...later.filter((step) => step > 400), steps])].filter(
    (step) => step <= steps,
  );
}

const isFrame = (event: SessionEvent): event is RecordedFrame =>
  event.type === 'frame' && event.probes !== null;

async function record(): Promise<void> {
  const dataset = await loadFromFolder(RUN.spec);
  if (!dataset.ok) throw new CommandError(dataset.error, 2);
  const bar = progressBar(process.stderr);
  await withDevice(async (device, adapter) => {
    const made = await make(RUN, { ok: true, device, adapter }, dataset.value, () =>
      Promise.resolve(null),
    );
    const epochs: EpochRecord[] = [];
    const post = (event: SessionEvent): void => {
      if (event.type === 'epoch') epochs.push(event.record);
    };
    const { runner, frames, trainer } = listen(made, [], { post, hears: () => null });
    const kept: RecordedFrame[] = [];
    const look = async (): Promise<void> => {
      await runner.drain();
      const { event } = await frames.make(runner, true);
      if (isFrame(event)) kept.push(event);
    };
    const total = RUN.spec.epochs * trainer.stepsPerEpoch;
    await look();
    for (const moment of momentsOf(total)) {
      while (trainer.step < moment) await runner.advance(moment - trainer.step, () => true);
      await look();
      bar.show(moment / total, `step ${moment}/${total}`);
    }
    while (!runner.finished) await runner.advance(1, () => true);
    bar.clear();
    const opened = openedEvent(made, []);
    trainer.destroy();
    if (opened.type !== 'opened') throw new Error('a run that does not stand');
    const file = writeRecording({ opened, frames: kept, epochs });
    const read = readRecording(file);
    if (!read.ok) throw new CommandError(read.error, 1);
    writeFileSync(join(PROJECT_DIR, 'public/recorded.bin'), file);
    const last = epochs.at(-1);
    process.stdout.write(
      `public/recorded.bin: ${file.length} bytes, ${kept.length} moments of ${total} steps, test error ${last?.testError.binary.toFixed(2)} % with binary weights, on ${adapter.name}.\n`,
    );
  });
}

export const main = (): Promise<number> => exitCode(record);
