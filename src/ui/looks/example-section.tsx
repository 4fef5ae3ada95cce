import { useMemo, useState } from 'react';
import { isPlane } from '../../session/plane.ts';
import type { DataSummary, LayerSummary } from '../../session/protocol.ts';
import { Region } from '../charts/region.tsx';
import { useStreams } from '../charts/use-streams.ts';
import { usePage } from '../page.ts';
import { LOOKS } from '../text.ts';
import { ExamplePicker } from './example-picker.tsx';
import { exampleTables } from './maps.ts';
import { MapsView } from './maps-view.tsx';
import { Scores } from './scores.tsx';
import { SeenWith } from './seen-with.tsx';
import { useLookWeights, useWatched } from './use-watched.ts';

/** One example on its way through the net. Points of the plane have a picture of their own. */
export function ExampleSection() {
  const data = usePage((state) => state.opened?.data ?? null);
  const layers = usePage((state) => state.opened?.layers ?? null);
  if (data === null || layers === null || isPlane(data.shape)) return null;
  return (
    <section className="example" aria-labelledby="example-title">
      <h2 id="example-title">One example</h2>
      <ExampleRegion data={data} layers={layers} />
    </section>
  );
}

interface ExampleRegionProps {
  readonly data: DataSummary;
  readonly layers: readonly LayerSummary[];
}

function ExampleRegion({ data, layers }: ExampleRegionProps) {
  const [picked, setPicked] = useState(0);
  const [weights, setWeights] = useLookWeights();
  // Another data set may have fewer.
  const index = Math.min(picked, data.test - 1);
  const subject = useMemo(() => ({ kind: 'example', index, weights }) as const, [index, weights]);
  useWatched(subject);
  const view = useStreams(500, 350);
  const look = view.streams.example;
  const { classNames } = data;
  const tables = useMemo(() => exampleTables(look, classNames), [look, classNames]);
  return (
    <Region name="Feature maps" caption={LOOKS.maps} tables={tables}>
      <div className="example-head">
        <ExamplePicker data={data} index={index} look={look} onPick={setPicked}>
          <SeenWith weights={weights} onChange={setWeights} />
        </ExamplePicker>
      </div>
      <div className="example-body">
        <Scores look={look} names={classNames} />
        <div className="example-maps">
          {layers.slice(0, -1).map(({ name }, l) => (
            <MapsView
              key={name}
              name={name}
              index={l}
              layers={layers.length}
              maps={look?.maps[l] ?? null}
            />
          ))}
        </div>
      </div>
    </Region>
  );
}
