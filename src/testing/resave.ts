/**
 * `node scripts/run.mjs src/testing/resave.ts IN OUT`: put a checkpoint on the device as `--resume` does, and
 * save it again without a step, for tests of what was loaded.
 */
import { writeFileSync } from 'node:fs';
import { loadFromFolder } from '../cli/folder-source.ts';
import { readResumed } from '../cli/resumed.ts';
import { withDevice } from '../cli/training.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { writeCheckpoint } from '../export/checkpoint-file.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';

export async function main([file = '', out = '']: string[]): Promise<number> {
  const resumed = readResumed(file);
  if (!resumed.ok) throw new Error(resumed.error);
  const { checkpoint, progress } = resumed.value;
  const { spec, kernels } = checkpoint.run;
  const data = await loadFromFolder(spec);
  if (!data.ok) throw new Error(data.error);
  await withDevice(async (device, adapter) => {
    const profile = profileFor(adapter, kernels, weightLayers(spec));
    const trainer = await Trainer.create(device, profile, spec, data.value);
    await trainer.load(checkpoint);
    writeFileSync(out, writeCheckpoint({ checkpoint: await trainer.save(), progress }));
    trainer.destroy();
  });
  return 0;
}
