/** `npm run bench`: read the flags, run the task in Chromium or in Node, print its rows. */
import { nodeGpu } from '../../src/cli/node-gpu.ts';
import { requestDevice } from '../../src/gpu/device.ts';
import { runInChromium } from './browser.ts';
import { readOptions, type BenchOptions } from './options.ts';
import { ours } from './ours.ts';
import { runTask, type Output } from './suite.ts';
import { jsonOf, tableOf, type Row } from './table.ts';

async function runInNode({ task }: BenchOptions, out: Output): Promise<void> {
  const gpu = await requestDevice(nodeGpu());
  if (!gpu.ok) throw new Error(gpu.message);
  try {
    await runTask(task, gpu, [ours(gpu)], out);
  } finally {
    gpu.device.destroy();
  }
}

/** A row that says no: a kernel that computes something else, or our engine not measured. */
const isFailure = (row: Row): boolean =>
  (row.type === 'kernel' && !(row.error <= 1)) ||
  (row.type === 'bench' && row.peer === 'ours' && row.problem !== null);

/**
 * @param root the folder of the bench.
 * @param installPeers installs the bench's own dependencies, and gives the exit code.
 * @returns 0; 1 where something failed or our own results are wrong; 2 for bad flags.
 */
export async function main(
  args: readonly string[],
  root: string,
  installPeers: () => number,
): Promise<number> {
  const options = readOptions(args);
  if (!options.ok) {
    console.error(options.error);
    return 2;
  }
  const { json, node } = options.value;
  const rows: Row[] = [];
  const out: Output = {
    row: (row) => {
      rows.push(row);
      if (json) console.log(jsonOf(row));
    },
    progress: (text) => {
      console.error(text);
    },
  };
  try {
    if (node) await runInNode(options.value, out);
    else if (installPeers() === 0) await runInChromium(root, options.value, out);
    else return 1;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    console.error(text.replace(/^page\.evaluate: (Error: )?/, '').split('\n')[0]);
    return 1;
  }
  if (!json) console.log(tableOf(rows));
  return rows.some(isFailure) ? 1 : 0;
}
