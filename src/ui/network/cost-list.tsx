import { useStreams } from '../charts/use-streams.ts';
import { bytes, duration } from '../common/format.ts';
import { usePage } from '../page.ts';
import { useSlow } from '../status/use-slow.ts';
import { COST } from '../text.ts';

/** Milliseconds of a step are known from before the first one, or from those taken. */
function timeText(
  steps: number | null,
  stepTime: number | null,
  stepsPerSecond: number | undefined,
): string {
  const milliseconds = stepTime ?? (stepsPerSecond && 1000 / stepsPerSecond);
  if (steps === null || !milliseconds) return COST.unmeasured;
  const where = stepTime === null ? 'at the speed so far' : 'measured on this adapter';
  return `about ${duration(milliseconds * steps)} an epoch, ${where}`;
}

/** What the net takes of this adapter, before one presses Train: memory and time. */
export function CostList() {
  const edited = usePage((state) => state.draft !== null);
  const memory = usePage((state) => state.opened?.adapter.bytes ?? null);
  const isOnCpu = usePage((state) => state.opened?.adapter.cpu === true);
  const steps = usePage((state) => state.opened?.stepsPerEpoch ?? null);
  const stepTime = usePage((state) => state.stepTime);
  const { stepsPerSecond } = useSlow(2000);
  const { streams } = useStreams(2000);
  const speed = stepsPerSecond > 0 ? stepsPerSecond : streams.epochs.at(-1)?.stepsPerSecond;
  return (
    <dl className="costs">
      {!isOnCpu && (
        <div>
          <dt>GPU memory</dt>
          <dd>{edited ? COST.edited : memory === null ? COST.opening : bytes(memory)}</dd>
        </div>
      )}
      <div>
        <dt>Time</dt>
        <dd>{edited ? COST.edited : timeText(steps, stepTime, speed)}</dd>
      </div>
    </dl>
  );
}
