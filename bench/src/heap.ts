/**
 * What JavaScript memory a training step costs, by who allocates it: V8's heap sampling over
 * thousands of steps of the real engine, in Node on Dawn.
 */
import { Session, type HeapProfiler } from 'node:inspector/promises';
import { DEFAULT_SPEC, type ExperimentSpec } from '../../src/experiment/spec.ts';
import { profileFor } from '../../src/gpu/profile.ts';
import { Trainer } from '../../src/gpu/trainer.ts';
import { syntheticDataset } from '../../src/testing/synthetic.ts';
import type { Gpu } from './ours.ts';
import type { Output } from './suite.ts';
import { HEAP_TOTAL, HEAP_WAITING, type HeapRow } from './table.ts';

/** Steps a submit records. */
const SUBMITS = [1, 16, 256];
const STEPS = 4096;
/** Before sampling: enough for the compiler to have done with the loops. */
const WARM_UP = 4096;
/** Bytes between two samples, on average. */
const INTERVAL = 64;

/** As many dispatches a step as the recipe mlp-small has, each as short as can be. */
const SPEC: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'dense', units: 8 },
      { type: 'dense', units: 8 },
    ],
  },
  batch: 1,
  epochs: 10_000,
  shuffleEvery: 100,
};
const DATA = { height: 4, width: 4, classes: 2, train: 4096, validation: 8, test: 8 };

/** The bench's stand-in for the page's run loop. */
async function trainingLoop(trainer: Trainer, steps: number, perSubmit: number): Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  for (let left = steps; left > 0;) {
    await trainer.whenFree();
    const untilEpoch = trainer.stepsPerEpoch - (trainer.step % trainer.stepsPerEpoch);
    const count = Math.min(perSubmit, untilEpoch, left);
    last = trainer.train(count);
    left -= count;
  }
  await last;
}

/**
 * Bytes by allocating function. What the runtime's own functions allocate counts for the nearest
 * caller of ours; where there is none, for the waiting.
 * @param own true for the address of a script of ours.
 */
export function sitesOf(
  node: HeapProfiler.SamplingHeapProfileNode,
  own: (url: string) => boolean,
  sites = new Map<string, number>(),
  caller = HEAP_WAITING,
): Map<string, number> {
  const { functionName, url } = node.callFrame;
  const site = own(url) ? functionName || 'a callback' : caller;
  sites.set(site, (sites.get(site) ?? 0) + node.selfSize);
  for (const child of node.children) sitesOf(child, own, sites, site);
  return sites;
}

/** A sampled run. The samples of what was collected meanwhile count as well. */
async function sample(work: () => Promise<void>): Promise<HeapProfiler.SamplingHeapProfileNode> {
  const session = new Session();
  session.connect();
  try {
    const parameters = {
      samplingInterval: INTERVAL,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    };
    await session.post('HeapProfiler.startSampling', parameters);
    await work();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return profile.head;
  } finally {
    session.disconnect();
  }
}

/** A row a site and number of steps a submit. */
export async function measureHeap(gpu: Gpu, out: Output): Promise<void> {
  // The command is one bundled file: whatever comes from its folder is ours.
  const folder = new URL('.', import.meta.url).href;
  const profile = profileFor(gpu.adapter, 'auto', SPEC.network.hidden.length + 1);
  const trainer = await Trainer.create(gpu.device, profile, SPEC, syntheticDataset(DATA));
  try {
    out.progress(`${trainer.dispatches.length} dispatches a step`);
    for (const stepsPerSubmit of SUBMITS) {
      await trainingLoop(trainer, WARM_UP, stepsPerSubmit);
      const head = await sample(() => trainingLoop(trainer, STEPS, stepsPerSubmit));
      const sites = sitesOf(head, (url) => url.startsWith(folder));
      const waiting = sites.get(HEAP_WAITING) ?? 0;
      for (const site of [HEAP_WAITING, sample.name, measureHeap.name]) sites.delete(site);
      const ours = [...sites].toSorted((a, b) => b[1] - a[1]);
      const total = ours.reduce((sum, [, bytes]) => sum + bytes, 0);
      for (const [site, bytes] of [
        ...ours,
        [HEAP_TOTAL, total] as const,
        [HEAP_WAITING, waiting] as const,
      ]) {
        const bytesPerStep = bytes / STEPS;
        const bytesPerSubmit = bytesPerStep * stepsPerSubmit;
        const row: HeapRow = { type: 'heap', stepsPerSubmit, site, bytesPerStep, bytesPerSubmit };
        // A few samples at most: what runs before the compiler has done with it.
        if (bytesPerSubmit >= 1) out.row(row);
      }
      out.progress(`${stepsPerSubmit} steps a submit: ${(total / STEPS).toFixed(1)} bytes a step`);
    }
  } finally {
    trainer.destroy();
  }
}
