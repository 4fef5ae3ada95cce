import { usePage } from '../page.ts';
import { whole } from '../common/format.ts';
import { changeText } from '../text.ts';

/** What was changed on the way: the run carries it, and a replay repeats it. */
export function Changes() {
  const changes = usePage((state) => state.run.changes);
  const applied = usePage((state) => state.applied.length);
  if (changes.length === 0) return null;
  return (
    <ol className="changes" aria-label="Changes on the way">
      {changes.map((change, i) => (
        <li key={i}>
          <span className="number">step {whole(change.step)}</span> {changeText(change)}
          {i >= applied && ' (ahead)'}
        </li>
      ))}
    </ol>
  );
}
