/** `npm run bench`: read the flags, run the task in Chromium or in Node, print its rows. */
import { join, relative } from 'node:path';
import { nodeGpu } from '../../src/cli/node-gpu.ts';
import { requestDevice } from '../../src/gpu/device.ts';
import { runInChromium } from './browser.ts';
import { draw } from './draw.ts';
import { measureHeap } from './heap.ts';
import { readOptions } from './options.ts';
import { ours, type Gpu } from './ours.ts';
import { runTask, type Output } from './suite.ts';
import { jsonOf, tableOf, type Row } from './table.ts';

async function inNode(work: (gpu: Gpu) => Promise<void>): Promise<void> {
  const gpu = await requestDevice(nodeGpu());
  if (!gpu.ok) throw new Error(gpu.message);
  try {
    await work(gpu);
  } finally {
    gpu.device.destroy();
  }
}

/** Draw the pictures of the documents; gives the exit code. */
function drawFigures(file: string, root: string): number {
  const drawn = draw(file, join(root, '../docs/figures'));
  if (!drawn.ok) {
    console.error(drawn.error);
    return 2;
  }
  for (const path of drawn.value) console.log(relative(process.cwd(), path));
  return 0;
}

/** A row that says no: a kernel that computes something else, or our engine not measured. */
const isFailure = (row: Row): boolean =>
  ((row.type === 'kernel' || row.type === 'image') && !(row.error <= 1)) ||
  ((row.type === 'bench' || row.type === 'curve') && row.peer === 'ours' && row.problem !== null);

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
  const { task, json, node, gpu } = options.value;
  if (task.kind === 'draw') return drawFigures(task.file, root);
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
    if (task.kind === 'heap') await inNode((device) => measureHeap(device, out));
    else if (node) await inNode((device) => runTask(task, device, [ours(device)], out));
    else if (installPeers() === 0) await runInChromium(root, task, gpu, out);
    else return 1;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    console.error(text.replace(/^page\.evaluate: (Error: )?/, '').split('\n')[0]);
    return 1;
  }
  if (!json) console.log(tableOf(rows));
  return rows.some(isFailure) ? 1 : 0;
}
