import { useCallback, useMemo, useState } from 'react';
import { isToyId, type ToyId } from '../../experiment/datasets.ts';
import { PLANE } from '../../session/plane.ts';
import { Region } from '../charts/region.tsx';
import { useStreams } from '../charts/use-streams.ts';
import { percent, whole } from '../common/format.ts';
import { usePage } from '../page.ts';
import { LOOKS, OPTIONS } from '../text.ts';
import { usePainter, type Paint } from '../weights/use-painter.ts';
import { marginsOf, planeTable } from './boundary.ts';
import { BoundaryPainter } from './paint-boundary.ts';
import { SeenWith } from './seen-with.tsx';
import { useLookWeights, useWatched } from './use-watched.ts';

const NO_NAMES: readonly string[] = [];

/** The plane of a toy task as the network divides it: what other tasks are tried out with. */
export function BoundarySection() {
  const id = usePage((state) => state.opened?.data.id ?? null);
  if (id === null || !isToyId(id)) return null;
  return (
    <section className="plane" aria-labelledby="plane-title">
      <h2 id="plane-title">In the plane</h2>
      <Boundary key={id} id={id} />
    </section>
  );
}

function Boundary({ id }: { readonly id: ToyId }) {
  const names = usePage((state) => state.opened?.data.classNames ?? NO_NAMES);
  const [weights, setWeights] = useLookWeights();
  const [painter] = useState(() => new BoundaryPainter(id));
  const subject = useMemo(() => ({ kind: 'plane', weights }) as const, [weights]);
  useWatched(subject);
  const paint = useCallback<Paint>(
    (canvas, { plane }) => {
      painter.paint(canvas, plane?.scores ?? null);
      return false;
    },
    [painter],
  );
  const canvas = usePainter(paint);
  const view = useStreams(1000, 150);
  const look = view.streams.plane;
  const margins = useMemo(() => look && marginsOf(look.scores), [look]);
  const tables = useMemo(() => [planeTable(margins, names)], [margins, names]);
  const accuracy = look === null ? null : percent(100 - look.testError);
  const [first = '', second = ''] = names;
  const edge = String(PLANE.half);
  return (
    <Region name="Decision boundary" caption={LOOKS.plane} tables={tables}>
      <div className="boundary-head">
        <p>
          Test accuracy <b>{accuracy ?? '–'}</b>
          {look !== null && (
            <span className="caption">
              {' '}
              with {OPTIONS.seenWith[look.weights]}, step {whole(look.step)}
            </span>
          )}
        </p>
        <SeenWith weights={weights} onChange={setWeights} />
      </div>
      <div className="boundary">
        <p className="boundary-y" aria-hidden="true">
          <span>{edge}</span>
          <span>y</span>
          <span>−{edge}</span>
        </p>
        <canvas
          ref={canvas}
          role="img"
          aria-label={
            accuracy === null
              ? 'The plane, not divided yet.'
              : `The plane from −${edge} to ${edge} in x and y, divided into ${first} and ${second}; ${accuracy} of the test points lie on their side.`
          }
        />
        <p className="boundary-x" aria-hidden="true">
          <span>−{edge}</span>
          <span>x</span>
          <span>{edge}</span>
        </p>
      </div>
      <p className="tile-key">
        <i className="swatch-class-0" /> {first}
        <i className="swatch-class-1" /> {second}
      </p>
    </Region>
  );
}
