/** From what the page shows to files. Comes when something is saved for the first time. */
import type { ChartModel } from '../charts/chart-model.ts';
import type { PageState } from '../state/page-state.ts';
import type { Moment } from '../state/strip.ts';
import { layerTitle } from '../text.ts';
import { factsText, fileName } from './facts.ts';
import { printHistograms } from './histograms.ts';
import { printLineChart } from './line-chart.ts';
import { type PictureKind, savePicture } from './save-picture.ts';

export const saveLineChart = (
  kind: PictureKind,
  chart: ChartModel,
  state: PageState,
): Promise<string | null> =>
  savePicture(kind, fileName(chart.title, state), printLineChart(chart, factsText(state)));

export const saveHistograms = (
  kind: PictureKind,
  moment: Moment,
  state: PageState,
): Promise<string | null> => {
  const names = (state.opened?.layers ?? []).map(({ name }) => layerTitle(name));
  return savePicture(
    kind,
    fileName('stored weights', state),
    printHistograms(moment, names, factsText(state)),
  );
};
