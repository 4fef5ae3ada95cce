import type { DatasetId } from '../../experiment/datasets.ts';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { DATASET_TITLES, datasetTitle } from '../text.ts';
import { isMissing } from './desk.ts';
import { desk, useDesk } from './own.ts';
import { OWN } from './text.ts';

const TITLES: readonly (readonly [DatasetId, string])[] = optionsOf(DATASET_TITLES);

/** What is trained on: official sets, toy tasks, and what a person brought. */
export function DataSelect() {
  const data = usePage((state) => shownSpec(state).data);
  const kept = useDesk((state) => state.kept);
  const own = kept.map(({ id, name }) => [id, name] as const);
  const others = isMissing(data, kept) ? [[data, datasetTitle(data)] as const] : [];
  return (
    <SelectField<DatasetId>
      name="Data"
      help="data"
      value={data}
      options={TITLES}
      groups={[{ name: OWN.title, options: [...own, ...others] }]}
      onChange={(id) => {
        desk.train(id);
      }}
    />
  );
}
