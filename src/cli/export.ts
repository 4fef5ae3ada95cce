/**
 * `npm run export`: a checkpoint as a file for other programs. Batch norm's statistics are measured for
 * the weights that go into it, on the run's own data, and its errors are said.
 */
import { writeFileSync } from 'node:fs';
import { weightLayers } from '../experiment/shapes.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { EXPORTS } from './export-formats.ts';
import { type ExportOptions, readExportOptions } from './export-options.ts';
import { codeOf } from './files.ts';
import { loadFromFolder } from './folder-source.ts';
import { progressBar } from './progress-bar.ts';
import { CommandError } from './train-output.ts';
import { exitCode, withDevice } from './training.ts';

function write(out: string, bytes: Uint8Array): void {
  try {
    writeFileSync(out, bytes);
  } catch (error) {
    throw new CommandError(`--out: "${out}" cannot be written (${codeOf(error)}).`, 1);
  }
}

async function run({ format, resumed, weights, out, ...from }: ExportOptions): Promise<void> {
  const { checkpoint } = resumed;
  const { spec, kernels } = checkpoint.run;
  const { dataDir, split } = from;
  const data = await loadFromFolder(spec, dataDir, split === undefined ? {} : { split });
  if (!data.ok) throw new CommandError(data.error, 2);
  const made = EXPORTS[format];
  if (made.of === 'run' || weights === null) {
    if (made.of !== 'run') throw new Error('weights that nobody chose');
    const { run } = checkpoint;
    const changes = [...run.changes, ...(resumed.progress?.pending ?? [])];
    const bytes = made.write({ ...run, changes }, checkpoint, data.value);
    write(out, bytes);
    process.stdout.write(`${out}: ${bytes.length} bytes, of the run at step ${checkpoint.step}.\n`);
    return;
  }
  await withDevice(async (device, adapter) => {
    // Nothing is trained: kernels that are not here may be others.
    const profile = profileFor(adapter, kernels, weightLayers(spec));
    const trainer = await Trainer.create(device, profile, spec, data.value);
    const bar = progressBar(process.stderr);
    try {
      await trainer.load(checkpoint);
      const frozen = await trainer.freeze(weights, (done, of) => {
        bar.show(done / of, 'measuring batch norm, and errors');
        return true;
      });
      bar.clear();
      if (frozen === null) throw new Error('an evaluation that nobody gave up');
      const bytes = made.write(frozen.frozen, spec, data.value);
      write(out, bytes);
      const { test } = frozen.scores;
      process.stdout.write(
        `${out}: ${bytes.length} bytes, ${weights} weights of step ${checkpoint.step}, test error ${test.error.toFixed(2)} % (${test.mistakes} of ${test.examples}).\n`,
      );
    } finally {
      trainer.destroy();
    }
  });
}

export async function main(argv: string[]): Promise<number> {
  const options = readExportOptions(argv);
  if (!options.ok) {
    process.stderr.write(`${options.error}\n`);
    return 2;
  }
  return exitCode(() => run(options.value));
}
