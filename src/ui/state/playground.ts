/**
 * The one meeting point of worker and views: events come in and become state and streams, and what
 * a person does goes out as commands. Knows nothing of React.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type DatasetId, shapeOf } from '../../experiment/datasets.ts';
import { DEFAULT_LINK } from '../../experiment/link-fields.ts';
import { decodeWithResult } from '../../experiment/link.ts';
import { recipeOf, usualRecipe } from '../../experiment/recipes.ts';
import { inMode } from '../../experiment/retraining.ts';
import { runOf, type Run } from '../../experiment/run.ts';
import type { ExperimentSpec, Mode } from '../../experiment/spec.ts';
import { trainsOnCpu } from '../../session/cpu/trains-on-cpu.ts';
import type { Handed, Wanted } from '../../session/handed.ts';
import { heardAfter, heardOf, Losses, NOTHING_HEARD } from '../../session/heard.ts';
import type { Resumable } from '../../session/progress.ts';
import type { ChangeRequest, SessionEvent, Subject, WeightPlace } from '../../session/protocol.ts';
import { announcementOf, NO_API, REFUSALS, restartedText } from '../text.ts';
import type { Client, Connect, Surroundings } from './client.ts';
import { obstacle, sameData, settledDraft, startingDraft } from './drafts.ts';
import {
  askedKernels,
  INITIAL_STATE,
  isReady,
  isRunning,
  momentumOf,
  refusalOf,
  shownSpec,
  type PageState,
  type Speed,
} from './page-state.ts';
import { reduce } from './reduce.ts';
import { type Recalled, Streams } from './streams.ts';

/** What becomes of a run that is finished, or left after a step. */
export type Archive = (state: PageState, streams: Streams) => void;

/** A page that knows another run is told of this one first. */
const standingAt = (state: Resumable) => ({ state, heard: heardOf(state), known: false });

export class Playground {
  readonly streams = new Streams();
  readonly store: StoreApi<PageState>;
  readonly #around: Surroundings;
  #client: Client | null = null;
  /** What the views watch, by kind. */
  readonly #watched = new Map<Subject['kind'], Subject>();
  /** The streams are those of the run that the state names. */
  #isWhole = false;
  /** What was told of the run at hand, and the last state of it that was, to go on from in a new worker. */
  #heard = NOTHING_HEARD;
  #good: Resumable | null = null;
  readonly #crashes = new Losses();
  archive: Archive = () => undefined;
  /** Who waits for something the worker hands over, by the number of what was asked. */
  readonly #waiting = new Map<number, (handed: Handed | null) => void>();
  #questions = 0;
  /** What is to be drawn as soon as the run stands that is opened from a checkpoint. */
  #recalled: { readonly from: Resumable; readonly drawn: Recalled } | null = null;

  constructor(around: Surroundings, initial: Partial<PageState> = {}) {
    this.#around = around;
    this.store = createStore(() => ({ ...INITIAL_STATE, ...initial }));
  }

  get state(): PageState {
    return this.store.getState();
  }

  set(patch: Partial<PageState>): void {
    this.store.setState(patch);
  }

  /** Open what a link's fragment says, or say why it cannot be read. An empty one is the default experiment. */
  openLink(hash: string): void {
    const link = decodeWithResult(hash);
    if (!link.ok) {
      this.set({ brokenLink: { text: hash, sentence: link.error } });
      return;
    }
    const { run, autoplay, embed, hide, result } = link.value ?? { ...DEFAULT_LINK, result: null };
    const claim = result === null ? null : { run, text: result };
    this.set({ brokenLink: null, embed, hide, claim });
    this.open(run, autoplay);
  }

  /** Build `run` in the worker and stand at step 0; unapplied edits go. */
  open(run: Run, autoplay = false, from: Resumable | null = null): void {
    const { spec } = run;
    this.#leave();
    if (this.state.recorded !== null) {
      this.#disconnect();
      // Nothing of the recording is this run's.
      this.set({ recorded: null, opened: null, applied: [], step: 0, stepsPerSecond: 0 });
    }
    this.set({
      run,
      draft: null,
      invalid: {},
      formVersion: this.state.formVersion + 1,
      mode: spec.mode,
      momentum: momentumOf(spec),
      // Until the worker says how far it is: what it tells of the run before is not heard any more.
      phase: 'building',
      failure: null,
      tuning: null,
      shared: null,
      undo: null,
    });
    // Nothing is drawn yet: the charts get the mode that their lines will have.
    if (this.state.opened === null) this.streams.reset(0, spec.mode);
    // Asked here and not only in the worker: without the API there is no use in starting one, but for
    // what the CPU trains too.
    if (!this.#around.hasWebGpu() && !trainsOnCpu(spec)) {
      this.set({ phase: 'failed', failure: { kind: 'no-api', message: NO_API } });
      return;
    }
    const tune = !this.state.embed;
    const base = this.#around.base();
    const resume = from === null ? {} : { resume: { ...standingAt(from), train: false } };
    this.#recalled = null;
    this.#send({ type: 'open', run, base, autoplay, tune, ...resume });
  }

  /** Play `run` as it was recorded: `connect` gives what tells of it in a worker's place. */
  play(run: Run, connect: Connect): void {
    const before = this.state.recorded?.before ?? this.state.run;
    this.#leave();
    this.#disconnect();
    this.set({ recorded: { before }, run, draft: null, failure: null, undo: null, claim: null });
    this.#resetForm();
    this.#client = connect(this.#receive, this.#crash);
  }

  /** Take in what was told, at once and without a word: a recording is wound to another place. */
  wind(events: readonly SessionEvent[]): void {
    for (const event of events) this.#take(event);
  }

  /** The worker goes, and whoever waits for it gets nothing. */
  #disconnect(): void {
    this.#disappoint();
    this.#client?.close();
    this.#client = null;
  }

  /** Open a run where its checkpoint was taken, with what was drawn before it. */
  goOn(from: Resumable, drawn: Recalled): void {
    const { checkpoint, loop } = from;
    const { run } = checkpoint;
    this.open({ ...run, changes: [...run.changes, ...loop.pending] }, false, from);
    this.#recalled = { from, drawn };
  }

  /** Ask the worker for the run's state, or its net as it predicts; null where it has none to give. */
  ask(wanted: Wanted): Promise<Handed | null> {
    const { opened, phase } = this.state;
    if (opened === null || phase === 'failed') return Promise.resolve(null);
    const id = ++this.#questions;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ type: 'hand-over', id, wanted });
    });
  }

  /** Whoever waits for the worker gets nothing. */
  #disappoint(): void {
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }

  /** Open the same run again, in a fresh worker; where steps of it were taken, it goes on behind them. */
  restart(): void {
    this.#disconnect();
    if (!this.#goOn(false)) this.open(this.state.run);
  }

  /** After a loss that is no number: back to the last good state. */
  goBack(): void {
    this.#send({ type: 'return' });
  }

  /** Go on in a fresh worker with the run whose streams are here. False where there is none. */
  #goOn(train: boolean): boolean {
    const { opened, run } = this.state;
    if (!this.#isWhole || opened === null || this.#heard.step === 0) return false;
    this.set({ phase: 'building', failure: null });
    this.#send({
      ...{ type: 'open', autoplay: false, tune: !this.state.embed, base: this.#around.base() },
      run: { ...run, kernels: opened.adapter.kernels },
      resume: { state: this.#good, heard: this.#heard, train, known: true },
    });
    return true;
  }

  train(): void {
    const { state } = this;
    if (state.step === 0 && state.draft !== null) this.apply(true);
    else this.#send({ type: 'train' });
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  step(): void {
    this.#send({ type: 'step' });
  }

  rewind(): void {
    this.#leave();
    this.#send({ type: 'rewind' });
  }

  reseed(seed: number): void {
    this.#leave();
    this.#send({ type: 'reseed', seed });
  }

  cancel(): void {
    this.#send({ type: 'cancel' });
  }

  setSpeed(speed: Speed): void {
    this.set({ speed });
    this.#send({ type: 'speed', stepsPerSecond: speed });
  }

  /** Time the kernels by some steps of the run. */
  profile(): void {
    this.set({ profiling: true });
    this.#send({ type: 'profile' });
  }

  /** Take a step that tells what became of one weight. */
  traceStep(place: WeightPlace): void {
    this.set({ tracing: true });
    this.#send({ type: 'trace', place });
  }

  /** Ask what a step of the run consists of. */
  askProgram(): void {
    this.#send({ type: 'program' });
  }

  /** Bring back what was thrown away last. */
  undo(): void {
    const { undo } = this.state;
    if (undo === null || 'resume' in undo.back) return;
    this.set({ ...undo.back, undo: null });
    this.#resetForm();
  }

  /** Measure the net at hand as an ensemble of sampled ones. */
  measureEnsemble(): void {
    this.#send({ type: 'ensemble' });
  }

  /** Watch something beside the curves; it comes with the streams. */
  look(subject: Subject): void {
    this.#watched.set(subject.kind, subject);
    this.#client?.send({ type: 'look', subject });
  }

  lookAway(kind: Subject['kind']): void {
    this.#watched.delete(kind);
    this.#client?.send({ type: 'look-away', kind });
  }

  /** Measure no kernels at this visit, or do it now. */
  tune(when: 'skip' | 'now'): void {
    this.#send({ type: 'tune', when });
  }

  /** Build the run anew, with the kernels that measured fastest. */
  useMeasured(): void {
    this.open({ ...this.state.run, kernels: 'auto' });
  }

  change(change: ChangeRequest): void {
    const refusal = refusalOf(this.state);
    if (refusal !== null) {
      const mode = change.field === 'mode' && refusal !== 'recorded' ? change.value : null;
      this.set({ remark: REFUSALS[refusal], refusedMode: mode });
      this.announce(REFUSALS[refusal]);
      return;
    }
    // Shown at once; the mark on the charts waits until the worker says that it took effect.
    if (change.field === 'mode') this.set({ mode: change.value });
    if (change.field === 'momentum') this.set({ momentum: change.value });
    this.#send({ type: 'change', change });
  }

  /** Before the first step the mode is part of the spec; after it, a change that the run carries. */
  setMode(mode: Mode): void {
    const { state } = this;
    const isLive = state.step > 0 || isRunning(state) || state.recorded !== null;
    if (isReady(state) && isLive) {
      this.change({ field: 'mode', value: mode });
    } else if (state.draft === null) {
      const kernels = askedKernels(state);
      this.open({ ...state.run, kernels, spec: inMode(state.run.spec, mode) });
    } else {
      this.open(runOf(inMode(state.draft, mode)));
    }
  }

  /** The experiment at hand from step 0, with its seed, in the mode that it did not take on the way. */
  trainAnew(): void {
    const { opened, refusedMode } = this.state;
    if (opened === null || refusedMode === null) return;
    const spec = inMode(opened.run.spec, refusedMode);
    this.open({ ...runOf(spec), kernels: askedKernels(this.state) }, true);
  }

  /** Edit the spec. Nothing trains differently until the edits are applied. */
  edit(patch: Partial<ExperimentSpec>): void {
    this.replace({ ...shownSpec(this.state), ...patch });
  }

  /** Another whole spec as edits: a field that it lacks goes. */
  replace(spec: ExperimentSpec): void {
    // To bring back what was thrown away before would throw this edit away.
    this.set({ draft: settledDraft(spec, this.state.run.spec), undo: null });
  }

  /** A network of other layers: rows move, so what was typed into them goes. */
  editLayers(network: ExperimentSpec['network']): void {
    this.#resetForm();
    this.edit({ network });
  }

  /** The network without a layer, which can be brought back until something else is edited. */
  removeLayer(network: ExperimentSpec['network'], title: string): void {
    const { draft } = this.state;
    this.editLayers(network);
    this.set({ undo: { what: title.toLowerCase(), back: { draft } } });
    this.announce(`${title} is taken out; Undo brings it back.`);
  }

  /** Take a whole spec, as a recipe gives it: at step 0 at once, in the middle of a run as edits. */
  take(spec: ExperimentSpec): void {
    const { state } = this;
    const taken = { ...startingDraft(spec, state.mode), seed: state.run.spec.seed };
    this.#resetForm();
    if (isReady(state) && (state.step > 0 || isRunning(state))) this.replace(taken);
    else this.open(runOf(taken));
  }

  /**
   * Other data, with `training` examples at most. A recipe goes with the shape of its data: where that
   * changes, the usual one for the new data is taken. What a person composed stays as it is, but for
   * a batch larger than all there is.
   */
  chooseData(data: DatasetId, training = Infinity): 'smaller-batch' | 'same-batch' {
    const spec = shownSpec(this.state);
    const isReshaped = !sameData(shapeOf(data), shapeOf(spec.data));
    const isRecipe = isReshaped && recipeOf(spec) !== null;
    const next = { ...(isRecipe ? usualRecipe(data).spec : spec), data };
    const tooLarge = next.batch > training;
    const fitting = tooLarge ? { ...next, batch: training } : next;
    if (isRecipe) this.take(fitting);
    else {
      this.edit(fitting);
      this.applyAtStart();
    }
    return tooLarge ? 'smaller-batch' : 'same-batch';
  }

  /** Apply edits at once where no step would be lost. */
  applyAtStart(): void {
    if (this.state.step === 0 && !isRunning(this.state)) this.apply();
  }

  discard(): void {
    const { draft } = this.state;
    this.set({ draft: null, undo: draft && { what: 'the edits', back: { draft } } });
    this.#resetForm();
  }

  /** Start again with the edits. The changes made on the way belonged to the old run. */
  apply(autoplay = false): void {
    const { draft, invalid, mode } = this.state;
    if (draft === null) return;
    const spec = startingDraft(draft, mode);
    if (obstacle(spec, invalid) === null) this.open(runOf(spec), autoplay);
  }

  setInvalid(field: string, isInvalid: boolean): void {
    const { [field]: known, ...others } = this.state.invalid;
    if ((known === true) === isInvalid) return;
    this.set({ invalid: isInvalid ? { ...others, [field]: true } : others });
  }

  announce(announcement: string): void {
    this.set({ announcement });
  }

  #resetForm(): void {
    this.set({ invalid: {}, formVersion: this.state.formVersion + 1 });
  }

  /** The run that stands here goes. */
  #leave(): void {
    if (this.state.step > 0) this.#archive();
    this.#isWhole = false;
  }

  /** A recorded run is nobody's own. */
  #archive(): void {
    if (this.#isWhole && this.state.recorded === null) this.archive(this.state, this.streams);
  }

  readonly #receive = (event: SessionEvent): void => {
    const before = this.state;
    this.#take(event);
    const { remark } = this.state;
    const sentences = [
      announcementOf(event, before.phase),
      event.type === 'changed' && remark !== before.remark && remark,
    ];
    const said = sentences.filter(Boolean).join(' ');
    if (said !== '') this.announce(said);
  };

  #take(event: SessionEvent): void {
    if (event.type === 'opened') this.#leave();
    const before = this.state;
    this.#heard = heardAfter(this.#heard, event);
    this.set(reduce(before, event));
    if (event.type === 'good') this.#good = event.state;
    if (event.type === 'returned') this.streams.cut(event.step, event.changes);
    // Kept at once: the page may be closed before the run is left.
    if (event.type === 'phase' && event.phase === 'finished') this.#archive();
    if (event.type === 'opened') {
      this.streams.reset(event.layers.length, event.run.spec.mode);
      this.#isWhole = true;
      this.#good = null;
      this.#crashes.forget();
      this.#recall();
    }
    if (event.type === 'handed') {
      this.#waiting.get(event.id)?.(event.handed);
      this.#waiting.delete(event.id);
    }
    if (event.type === 'phase' && event.phase === 'failed') this.#disappoint();
    if (event.type === 'frame') this.streams.frame(event);
    if (event.type === 'epoch') this.streams.epoch(event.record);
    if (event.type === 'quantised') this.streams.quantised(event.record);
    if (event.type === 'ensemble') this.streams.ensemble(event.record);
    if (event.type === 'look') this.streams.look(event.look);
    if (event.type === 'testing') this.streams.tested(event.done, event.of);
    if (event.type === 'changed') this.streams.mark(event.change);
  }

  /** A run that stands at its checkpoint: what a page shows of the steps before, and knows of them. */
  #recall(): void {
    if (this.#recalled === null) return;
    const { from, drawn } = this.#recalled;
    this.#recalled = null;
    this.streams.recall(drawn);
    this.#good = from;
    this.#heard = heardOf(from);
  }

  readonly #crash = (message: string): void => {
    const { state } = this;
    this.#disconnect();
    if (state.phase !== 'failed' && this.#crashes.allows('other', this.#heard)) {
      if (this.#goOn(isRunning(state))) {
        this.set({ remark: restartedText(message) });
        this.announce(restartedText(message));
        return;
      }
    }
    this.set({ phase: 'failed', failure: { kind: 'internal', message } });
  };

  #send(command: Parameters<Client['send']>[0]): void {
    if (this.#client === null) {
      this.#client = this.#around.connect(this.#receive, this.#crash);
      // A fresh worker knows neither the chosen speed nor what is watched.
      this.#client.send({ type: 'speed', stepsPerSecond: this.state.speed });
      for (const subject of this.#watched.values()) this.#client.send({ type: 'look', subject });
    }
    this.#client.send(command);
  }
}
