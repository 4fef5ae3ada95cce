import { useMemo } from 'react';
import { countsOf } from '../../experiment/counts.ts';
import { shapeOf } from '../../experiment/datasets.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import { bytes, whole } from '../common/format.ts';
import { playground, usePage } from '../page.ts';
import { PHASES } from '../text.ts';
import { useProgress } from './use-progress.ts';

/**
 * Where the run stands. Its role tells a screen reader's user where to look; it is not read out by
 * itself (`aria-live` off), or it would talk all the time: what deserves an interruption is said by
 * the Announcer.
 */
export function StatusLine() {
  const phase = usePage((state) => state.phase);
  const opened = usePage((state) => state.opened);
  const isRecorded = usePage((state) => state.recorded !== null);
  const spec = usePage((state) => state.run.spec);
  const { step, stepsPerSecond } = useProgress();
  const sizes = useMemo(() => countsOf(layerShapes(spec, shapeOf(spec.data))).bytes, [spec]);
  const perEpoch = opened?.stepsPerEpoch ?? 0;
  const epoch = perEpoch > 0 ? Math.max(1, Math.ceil(step / perEpoch)) : 1;
  return (
    <p className="status" role="status" aria-live="off">
      <b>{isRecorded && phase === 'training' ? 'Playing' : PHASES[phase]}</b>
      {isRecorded && <span>recorded</span>}
      <span>
        epoch {Math.min(epoch, spec.epochs)}/{spec.epochs}
      </span>
      <span>step {whole(step)}</span>
      <span>{phase === 'training' ? whole(stepsPerSecond) : '–'} steps/s</span>
      {opened !== null && (
        <>
          <span className="status-device">
            {opened.adapter.name}
            {opened.adapter.software && !opened.adapter.cpu && ' (software, slow)'}
          </span>
          {!opened.adapter.cpu && (
            <span className="status-device">GPU memory {bytes(opened.adapter.bytes)}</span>
          )}
        </>
      )}
      <span>
        bits {bytes(sizes.binary)} / real {bytes(sizes.real)}
      </span>
      {playground.state.embed ? null : <span>seed {spec.seed}</span>}
    </p>
  );
}
