import { usePage } from '../page.ts';
import { whole } from '../common/format.ts';
import { useProgress } from '../status/use-progress.ts';

/** The fast numbers, large; the status line says the same ones. */
export function Odometer() {
  const { step, stepsPerSecond } = useProgress();
  const running = usePage((state) => state.phase === 'training');
  return (
    <dl className="odometer">
      <div>
        <dt>step</dt>
        <dd>{whole(step)}</dd>
      </div>
      <div>
        <dt>steps/s</dt>
        <dd>{running ? whole(stepsPerSecond) : '–'}</dd>
      </div>
    </dl>
  );
}
