/** Collects steps between frames: the page hears of every step, ten times a second at most. */
import { at } from '../experiment/at.ts';
import type { LayerShape } from '../experiment/shapes.ts';
import type { StepMetrics } from '../gpu/metrics.ts';
import type { SessionEvent, StepSeries } from './protocol.ts';
import type { Runner, RunTrainer } from './runner.ts';

export const FRAME_MS = 100;
/** A probe may take at most this share of the time: slow adapters look inside less often. */
const PROBE_SHARE = 0.05;

export class Frames {
  readonly #layers: readonly LayerShape[];
  readonly #batch: number;
  #pending: StepMetrics[] = [];
  #seconds = 0;
  #lastFrame = -Infinity;
  #nextProbe = -Infinity;
  /** Milliseconds the last probe took; null: there was none. */
  #lastProbe: number | null = null;
  #measured: { readonly time: number; readonly step: number }[] = [];

  constructor(layers: readonly LayerShape[], batch: number) {
    this.#layers = layers;
    this.#batch = batch;
  }

  /** Steps that took so many seconds. */
  add(metrics: StepMetrics, seconds: number): void {
    this.#pending.push(metrics);
    this.#seconds += seconds;
    this.#measured.push({ time: performance.now(), step: metrics.first + metrics.count });
  }

  /** True where a frame may be sent again. */
  get due(): boolean {
    return performance.now() - this.#lastFrame >= FRAME_MS;
  }

  /** True where steps wait for the next frame. */
  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  get probeDue(): boolean {
    return performance.now() >= this.#nextProbe;
  }

  /**
   * What the next one waits for is what a probe usually takes: a single slow one, as the first is while
   * kernels are compiled, would keep the pictures still for a quarter of a minute.
   */
  #probed(ms: number): void {
    const usual = Math.min(ms, this.#lastProbe ?? 0);
    this.#lastProbe = ms;
    this.#nextProbe = performance.now() + usual / PROBE_SHARE;
  }

  /** Steps a second over the last two seconds of training. */
  get stepsPerSecond(): number {
    const now = performance.now();
    this.#measured = this.#measured.filter(({ time }) => now - time < 2000);
    const first = this.#measured[0];
    const last = this.#measured.at(-1);
    if (first === undefined || last === undefined || last.time === first.time) return 0;
    return (1000 * (last.step - first.step)) / (last.time - first.time);
  }

  /** Speed is measured anew after a pause. */
  forgetSpeed(): void {
    this.#measured = [];
  }

  /** The frame of this moment, and what of it is handed over. */
  async make(
    { trainer, lastDone }: Runner<RunTrainer>,
    withProbes: boolean,
  ): Promise<{ readonly event: SessionEvent; readonly transfer: ArrayBuffer[] }> {
    const started = performance.now();
    const probes = withProbes ? await trainer.probe() : null;
    // What was still training when it was asked for is not the probe's own time.
    if (withProbes) this.#probed(performance.now() - Math.max(started, lastDone));
    const steps = this.#take();
    const { stepsPerSecond } = this;
    return {
      event: {
        type: 'frame',
        step: trainer.step,
        stepsPerSecond,
        rate: trainer.rate,
        steps,
        probes,
      },
      transfer: [steps.loss, steps.error, steps.signFlips, steps.sampleFlips]
        .map(({ buffer }) => buffer)
        .concat((probes ?? []).flatMap((probe) => [probe.histogram.buffer, probe.bits.buffer])),
    };
  }

  /** The steps since the last frame, as shares and percent. */
  #take(): StepSeries {
    this.#lastFrame = performance.now();
    const pending = this.#pending;
    const seconds = this.#seconds;
    this.#pending = [];
    this.#seconds = 0;
    const count = pending.reduce((sum, metrics) => sum + metrics.count, 0);
    const layers = this.#layers.length;
    const weights = this.#layers.map(({ I, O }) => I * O);
    const series = {
      first: pending[0]?.first ?? 0,
      count,
      seconds,
      loss: new Float32Array(count),
      error: new Float32Array(count),
      signFlips: new Float32Array(count * layers),
      sampleFlips: new Float32Array(count * layers),
    };
    let offset = 0;
    for (const metrics of pending) {
      series.loss.set(metrics.loss, offset);
      metrics.mistakes.forEach((mistakes, k) => {
        series.error[offset + k] = (100 * mistakes) / this.#batch;
      });
      metrics.signFlips.forEach((flips, k) => {
        series.signFlips[offset * layers + k] = flips / at(weights, k % layers);
      });
      metrics.sampleFlips.forEach((flips, k) => {
        series.sampleFlips[offset * layers + k] = flips / at(weights, k % layers);
      });
      offset += metrics.count;
    }
    return series;
  }
}
