import { type ComponentType, useEffect, useRef, useState } from 'react';
import { TipSummary } from '../common/tip-summary.tsx';
import { usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { HELP } from '../text.ts';
import { DataGroup } from './data-group.tsx';
import { LearningGroup } from './learning-group.tsx';
import { LiveGroup } from './live-group.tsx';
import { ScheduleGroup } from './schedule-group.tsx';
import { isEdited, SETTINGS, type SettingsGroup } from './settings-groups.ts';
import { WeightsGroup } from './weights-group.tsx';

const LIVE = 'While it runs';

const GROUPS = [
  ['Learning', 'groupLearning', LearningGroup],
  ['Weights and layers', 'groupWeights', WeightsGroup],
  ['Data', 'groupData', DataGroup],
  ['Schedule', 'groupSchedule', ScheduleGroup],
] as const satisfies readonly (readonly [SettingsGroup, keyof typeof HELP, ComponentType])[];

/**
 * Every hyper-parameter of the spec. Folded but for what acts on the running net; a group with an edit,
 * or with a field that holds no allowed value, unfolds.
 */
export function Settings() {
  const formVersion = usePage((state) => state.formVersion);
  const spec = usePage(shownSpec);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([LIVE]));
  const settings = useRef<HTMLDivElement>(null);
  const draft = usePage((state) => state.draft);
  const trained = usePage((state) => state.run.spec);
  const invalid = usePage((state) => state.invalid);
  useEffect(() => {
    const edited =
      draft === null ? [] : GROUPS.filter(([group]) => isEdited(group, draft, trained));
    const refused = [...(settings.current?.querySelectorAll('details') ?? [])].filter(
      (details) => details.querySelector('[aria-invalid="true"]') !== null,
    );
    const wanted = [
      ...edited.map(([group]) => group),
      ...refused.map(({ dataset }) => dataset['group'] ?? ''),
    ];
    if (wanted.length > 0) setOpen((before) => new Set([...before, ...wanted]));
  }, [draft, trained, invalid]);
  const toggled = (group: string, isOpen: boolean) => {
    setOpen((before) => {
      if (before.has(group) === isOpen) return before;
      return new Set(isOpen ? [...before, group] : [...before].filter((other) => other !== group));
    });
  };
  const groupOf = (title: string, help: string, said: string, Group: ComponentType) => (
    <details
      key={title}
      data-group={title}
      open={open.has(title)}
      onToggle={({ currentTarget }) => {
        toggled(title, currentTarget.open);
      }}
    >
      <TipSummary help={help}>
        {title}
        {said !== '' && !open.has(title) && <span className="settings-said">{said}</span>}
      </TipSummary>
      <Group key={formVersion} />
    </details>
  );
  return (
    <div className="settings" ref={settings}>
      {groupOf(LIVE, HELP.groupLive, '', LiveGroup)}
      {GROUPS.map(([title, help, Group]) =>
        groupOf(title, HELP[help], SETTINGS[title].says(spec), Group),
      )}
    </div>
  );
}
