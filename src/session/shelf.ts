/** The data set at hand: loaded when another one is asked for, which can be given up. */
import type { Run } from '../experiment/run.ts';
import type { Dataset } from '../data/dataset.ts';
import type { DataRequest, Load, LoadProgress } from '../data/load.ts';
import { SessionFailure } from './failures.ts';

export type LoadData = (
  request: DataRequest,
  base: string,
  options: { signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
) => Promise<Load<Dataset>>;

export class Shelf {
  readonly #load: LoadData;
  #dataset: Dataset | null = null;
  /** How the data set at hand was preprocessed. */
  #preprocessing: DataRequest['preprocessing'] | null = null;
  #loading: AbortController | null = null;

  constructor(load: LoadData) {
    this.#load = load;
  }

  /** Give up loading. */
  cancel(): void {
    this.#loading?.abort();
  }

  /**
   * The run's data set, from memory where it is the one at hand. Null where loading was cancelled;
   * throws a SessionFailure where it failed.
   */
  async take(
    { spec }: Run,
    base: string,
    events: { onLoading(): void; onProgress(progress: LoadProgress): void },
  ): Promise<Dataset | null> {
    const { data, preprocessing } = spec;
    if (this.#dataset?.id === data && this.#preprocessing === preprocessing) return this.#dataset;
    events.onLoading();
    const loading = new AbortController();
    this.#loading = loading;
    const loaded = await this.#load({ data, preprocessing }, base, {
      signal: loading.signal,
      onProgress: (progress) => {
        events.onProgress(progress);
      },
    });
    this.#loading = null;
    if (loaded === 'cancelled') return null;
    if (!loaded.ok) throw new SessionFailure({ kind: 'data', message: loaded.error });
    this.#dataset = loaded.value;
    this.#preprocessing = preprocessing;
    return loaded.value;
  }
}
