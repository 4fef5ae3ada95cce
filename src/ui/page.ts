/** The page's one playground and the runs it keeps, and the hooks by which components read them. */
import { useStore } from 'zustand';
import { Comparison, type ComparisonState } from './runs/comparison.ts';
import { browserClaims } from './keep/claims.ts';
import { Keeper, type KeeperState } from './keep/keeper.ts';
import { browserVault } from './keep/vault.ts';
import type { ComparisonTag, KeptRun } from './runs/kept-run.ts';
import { browserKeeping } from './runs/keeping.ts';
import { Runs, type RunsState } from './runs/runs.ts';
import { whole } from './common/format.ts';
import { browser } from './state/client.ts';
import type { PageState } from './state/page-state.ts';
import { Playground } from './state/playground.ts';
import { recall } from './state/storage.ts';
import { rememberedTheme } from './state/theme.ts';

export const playground = new Playground(browser, {
  theme: rememberedTheme(),
  shortcuts: recall('shortcuts') !== 'off',
});

export const runs = new Runs(browserKeeping());
export const keeper = new Keeper(playground, browserVault(), browserClaims());
const keep = (tag?: ComparisonTag) => {
  const kept = runs.keep(playground.state, playground.streams, tag);
  const isFinished = playground.state.phase === 'finished';
  if (kept === null) return null;
  void keeper.keepWith(kept.id, isFinished).then((isKept) => {
    // A run that was left in the middle can be gone back to.
    if (!isKept || isFinished || playground.state.isComparing) return;
    const what = `${kept.name} at step ${whole(kept.step)}`;
    playground.set({ undo: { what, back: { resume: kept.id } } });
  });
  return kept;
};
playground.archive = () => {
  keep();
};
export const comparison = new Comparison(playground, keep);
comparison.store.subscribe(({ current }) => {
  playground.set({ isComparing: current >= 0 });
});
runs.store.subscribe(({ deleted }, before) => {
  // What was deleted before can be brought back no more.
  const gone = before.deleted.filter((run) => !deleted.includes(run));
  const isBack = ({ id }: KeptRun) => runs.store.getState().runs.some((run) => run.id === id);
  keeper.forget(gone.filter((run) => !isBack(run)).map(({ id }) => id));
  playground.set({ deletedRuns: deleted.length });
});
playground.store.subscribe(({ opened }, before) => {
  if (opened !== before.opened) runs.leave();
});

export const usePage = <T>(select: (state: PageState) => T): T =>
  useStore(playground.store, select);

export const useRuns = <T>(select: (state: RunsState) => T): T => useStore(runs.store, select);

export const useComparison = <T>(select: (state: ComparisonState) => T): T =>
  useStore(comparison.store, select);

export const useKeeper = <T>(select: (state: KeeperState) => T): T =>
  useStore(keeper.store, select);
