import type { PictureKind } from '../print/save-picture.ts';
import { playground } from '../page.ts';
import type { ChartModel } from './chart-model.ts';
import { SavePicture } from './save-picture.tsx';

/** A line chart as a file, with what stands on the page now. */
export const SaveChart = ({ chart }: { readonly chart: ChartModel }) => (
  <SavePicture
    name={chart.title}
    save={async (kind: PictureKind) => {
      const { saveLineChart } = await import('../print/saving.ts');
      return saveLineChart(kind, chart, playground.state);
    }}
  />
);
