import { usePage } from '../page.ts';
import { whole } from '../common/format.ts';

/** The fast numbers, apart from the status line so that they need not be slow. */
export function Odometer() {
  const step = usePage((state) => state.step);
  const rate = usePage((state) => state.stepsPerSecond);
  const running = usePage((state) => state.phase === 'training');
  return (
    <dl className="odometer">
      <div>
        <dt>step</dt>
        <dd>{whole(step)}</dd>
      </div>
      <div>
        <dt>steps/s</dt>
        <dd>{running ? whole(rate) : '–'}</dd>
      </div>
    </dl>
  );
}
