/** The page's side: everyone in one tab, each on a device of its own. */
import { requestDevice } from '../../src/gpu/device.ts';
import { jax } from './jax.ts';
import { ours } from './ours.ts';
import { runTask, type Task } from './suite.ts';
import type { Row } from './table.ts';
import { tfjs } from './tfjs.ts';

declare global {
  interface Window {
    /** Given by cli.ts. */
    readonly emitRow: (row: Row) => Promise<void>;
    readonly emitProgress: (text: string) => Promise<void>;
    /** Called by cli.ts. */
    runTask: (task: Task) => Promise<void>;
  }
}

window.runTask = async (task) => {
  const gpu = await requestDevice(navigator.gpu);
  if (!gpu.ok) throw new Error(gpu.message);
  const sent: Promise<void>[] = [];
  const contenders = [
    ours(gpu),
    jax('webgpu'),
    jax('wasm'),
    tfjs('webgpu'),
    tfjs('webgl'),
    tfjs('wasm'),
  ];
  await runTask(task, gpu, contenders, {
    row: (row) => sent.push(window.emitRow(row)),
    progress: (text) => sent.push(window.emitProgress(text)),
  });
  await Promise.all(sent);
};
