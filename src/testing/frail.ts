/** A session whose devices can be taken away, and what must hold of what it told. */
import { expect } from 'vitest';
import { nodeGpu } from '../cli/node-gpu.ts';
import { requestDevice } from '../gpu/device.ts';
import { heardAfter, NOTHING_HEARD } from '../session/heard.ts';
import type { Gpu } from './gpu.ts';
import { Listener } from './listener.ts';

/**
 * A page whose devices can be taken away.
 * @param every milliseconds between states that are kept to go on from.
 */
export function frail(gpu: Gpu, every = Infinity) {
  const devices: GPUDevice[] = [];
  const lose = () => {
    devices.at(-1)?.destroy();
  };
  let submits = Infinity;
  /** With the how manieth submit from now on. */
  const loseAt = (count: number) => {
    submits = count;
  };
  const page = new Listener(gpu, {
    keeping: { every, tell: every },
    device: async () => {
      const opened = await requestDevice(nodeGpu());
      if (!opened.ok) throw new Error(opened.message);
      const { device } = opened;
      devices.push(device);
      const submit = device.queue.submit.bind(device.queue);
      device.queue.submit = (commands) => {
        submit(commands);
        if (--submits === 0) lose();
      };
      return device;
    },
  });
  return { page, devices, lose, loseAt };
}

/**
 * Every step is told, in order; and a state holds none that was not told before: whoever goes on from it
 * tells of later ones only.
 */
export function expectToBeTold({ events }: Listener): void {
  let heard = NOTHING_HEARD;
  for (const event of events) {
    if (event.type === 'frame' && event.steps.count > 0) {
      expect(event.steps.first).toBe(heard.step);
    }
    heard = heardAfter(heard, event);
    if (event.type === 'good')
      expect(heard.step).toBeGreaterThanOrEqual(event.state.checkpoint.step);
  }
}
