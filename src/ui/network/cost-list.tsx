import { countsOf } from '../../experiment/counts.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import { useStreams } from '../charts/use-streams.ts';
import { bytes, count, duration, whole } from '../common/format.ts';
import { usePage } from '../page.ts';
import { useSlow } from '../status/use-slow.ts';
import { COST } from '../text.ts';

interface CostListProps {
  readonly shapes: readonly LayerShape[];
  readonly batch: number;
}

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

/** What the net takes, before one presses Train: memory, multiplications, time. */
export function CostList({ shapes, batch }: CostListProps) {
  const edited = usePage((state) => state.draft !== null);
  const memory = usePage((state) => state.opened?.adapter.bytes ?? null);
  const steps = usePage((state) => state.opened?.stepsPerEpoch ?? null);
  const stepTime = usePage((state) => state.stepTime);
  const { stepsPerSecond } = useSlow(2000);
  const { streams } = useStreams(2000);
  const speed = stepsPerSecond > 0 ? stepsPerSecond : streams.epochs.at(-1)?.stepsPerSecond;
  const { weights, bytes: size, multiplications } = countsOf(shapes);
  const { real, binary } = multiplications;
  return (
    <dl className="costs">
      <div>
        <dt>Weights</dt>
        <dd>
          {whole(weights)}: {bytes(size.binary)} as bits, {bytes(size.real)} as real numbers
        </dd>
      </div>
      <div>
        <dt>Multiplications</dt>
        <dd>
          {count(binary)} an example, {count(binary * batch)} a step of {batch} with binary weights;{' '}
          {count(real)} and {count(real * batch)} with real ones
        </dd>
      </div>
      <div>
        <dt>GPU memory</dt>
        <dd>{edited ? COST.edited : memory === null ? COST.opening : bytes(memory)}</dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>{edited ? COST.edited : timeText(steps, stepTime, speed)}</dd>
      </div>
    </dl>
  );
}
