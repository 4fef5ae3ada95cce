import { usePage } from '../page.ts';

/** What a person must know of the data at hand, such as that it is only a part. */
export function DataNote() {
  const data = usePage((state) => state.opened?.data ?? null);
  if (data === null || data.note === null) return null;
  return (
    <p className="data-note" role="note">
      {data.title}: {data.note}
    </p>
  );
}
