import { useMemo } from 'react';
import { usePage } from '../page.ts';
import { markText } from '../text.ts';
import { type Axis, axisOf } from './axis.ts';
import type { PlotMark } from './chart-model.ts';
import { type Tools, useTools } from './tools.ts';
import { type StreamView, useStreams } from './use-streams.ts';

/** Beyond this many only the latest changes keep their words. */
const LABELLED = 6;

export interface ChartView {
  readonly view: StreamView;
  readonly tools: Tools;
  readonly axis: Axis;
  /** Where the run was changed. */
  readonly marks: readonly PlotMark[];
}

/** What all line charts of the run at hand are drawn from, at a chart's own pace. */
export function useChart(interval: number, phase = 0): ChartView {
  const view = useStreams(interval, phase);
  const tools = useTools();
  const stepsPerEpoch = usePage((state) => state.opened?.stepsPerEpoch ?? 1);
  const { across } = tools;
  return useMemo(() => {
    const { marks, clock } = view.streams;
    const axis = axisOf(across, stepsPerEpoch, clock.knots());
    return {
      ...{ view, tools, axis },
      marks: marks.map((change, i) => ({
        x: axis.at(change.step),
        text: i < marks.length - LABELLED ? '' : markText(change),
      })),
    };
  }, [view, tools, across, stepsPerEpoch]);
}
