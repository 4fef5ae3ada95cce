import { useState } from 'react';
import { usePage } from '../page.ts';
import { DataGroup } from './data-group.tsx';
import { LearningGroup } from './learning-group.tsx';
import { LiveGroup } from './live-group.tsx';
import { ScheduleGroup } from './schedule-group.tsx';
import { WeightsGroup } from './weights-group.tsx';

const GROUPS = [
  ['While it runs', LiveGroup],
  ['Learning', LearningGroup],
  ['Weights and layers', WeightsGroup],
  ['Data', DataGroup],
  ['Schedule', ScheduleGroup],
] as const;

/** Every hyper-parameter of the spec; folded away on a narrow screen. */
export function Settings() {
  const [wide] = useState(() => matchMedia('(min-width: 64rem)').matches);
  const formVersion = usePage((state) => state.formVersion);
  return (
    <div className="settings">
      {GROUPS.map(([title, Group]) => (
        <details key={title} open={wide}>
          <summary>{title}</summary>
          <Group key={formVersion} />
        </details>
      ))}
    </div>
  );
}
