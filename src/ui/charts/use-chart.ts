import { useMemo } from 'react';
import { usePage } from '../page.ts';
import type { KeptRun } from '../runs/kept-run.ts';
import { keptEnd } from '../runs/overlay.ts';
import { useShownRuns } from '../runs/use-shown-runs.ts';
import { markText } from '../text.ts';
import { type Axis, axisOf } from './axis.ts';
import type { PlotMark } from './chart-model.ts';
import { type Tools, useTools } from './tools.ts';
import { type StreamView, useChartStreams } from './use-streams.ts';

/** Beyond this many only the latest changes keep their words. */
const LABELLED = 6;

export interface ChartView {
  readonly view: StreamView;
  readonly tools: Tools;
  readonly axis: Axis;
  /** Where the axis ends, with the longest of all runs that are drawn. */
  readonly end: number;
  /** Where the run was changed. */
  readonly marks: readonly PlotMark[];
  /** The runs behind the one at hand. */
  readonly kept: readonly KeptRun[];
}

/** What all line charts are drawn from, each the same: a place on one stands below that place on another. */
export function useChart(): ChartView {
  const view = useChartStreams();
  const tools = useTools();
  const kept = useShownRuns();
  const stepsPerEpoch = usePage((state) => state.opened?.stepsPerEpoch ?? 1);
  const { across } = tools;
  return useMemo(() => {
    const { marks, clock } = view.streams;
    const axis = axisOf(across, stepsPerEpoch, clock.knots());
    return {
      ...{ view, tools, axis, kept },
      end: Math.max(axis.at(view.step), keptEnd(across, kept)),
      marks: marks.map((change, i) => ({
        x: axis.at(change.step),
        text: i < marks.length - LABELLED ? '' : markText(change),
      })),
    };
  }, [view, tools, across, stepsPerEpoch, kept]);
}
