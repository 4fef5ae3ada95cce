/** Hand-made events and a wire that only remembers: what unit tests of the page's state need. */
import { shapeOf } from '../experiment/datasets.ts';
import { layerShapes } from '../experiment/shapes.ts';
import type { Run } from '../experiment/run.ts';
import type { Command, SessionEvent } from '../session/protocol.ts';
import { Playground } from './state/playground.ts';

export const openedEvent = (run: Run): SessionEvent => ({
  type: 'opened',
  run,
  data: {
    id: run.spec.data,
    title: 'Fashion-MNIST',
    note: null,
    shape: { height: 28, width: 28, channels: 1 },
    classNames: [],
    train: 50_000,
    validation: 10_000,
    test: 10_000,
  },
  layers: layerShapes(run.spec, shapeOf(run.spec.data)),
  adapter: {
    name: 'test adapter',
    software: true,
    kernels: 'tile',
    bytes: 1000,
    origin: 'default',
    asked: 'auto',
    clock: true,
  },
  stepsPerEpoch: 500,
});

export const phaseEvent = (phase: 'paused' | 'training'): SessionEvent => ({
  type: 'phase',
  phase,
  failure: null,
});

/** A frame of `count` steps from `first` on, all with one loss. */
export function frameEvent(first: number, count: number, layers = 3, loss = 0.5): SessionEvent {
  const filled = (length: number, value: number) => new Float32Array(length).fill(value);
  return {
    type: 'frame',
    step: first + count,
    stepsPerSecond: 100,
    rate: 0.003,
    steps: {
      first,
      count,
      seconds: count / 100,
      loss: filled(count, loss),
      error: filled(count, 20),
      signFlips: filled(count * layers, 1e-3),
      sampleFlips: filled(count * layers, 0),
    },
    probes: null,
  };
}

export interface Bench {
  readonly playground: Playground;
  /** Every command sent, first to last. */
  readonly sent: Command[];
  readonly emit: (event: SessionEvent) => void;
  readonly crash: (message: string) => void;
}

export function bench(hasWebGpu = true): Bench {
  const sent: Command[] = [];
  let emit: Bench['emit'] = () => undefined;
  let crash: Bench['crash'] = () => undefined;
  const playground = new Playground({
    connect: (onEvent, onCrash) => {
      emit = onEvent;
      crash = onCrash;
      return { send: (command) => sent.push(command), close: () => undefined };
    },
    hasWebGpu: () => hasWebGpu,
    base: () => 'https://example.org/data/',
  });
  return {
    playground,
    sent,
    emit: (event) => {
      emit(event);
    },
    crash: (message) => {
      crash(message);
    },
  };
}
