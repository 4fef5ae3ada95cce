import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { isPlane } from '../../session/plane.ts';
import type { DataSummary, LayerSummary, Subject } from '../../session/protocol.ts';
import { Region } from '../charts/region.tsx';
import { useStreams } from '../charts/use-streams.ts';
import { OnDemand } from '../common/on-demand.tsx';
import { part } from '../common/part.tsx';
import { Segmented } from '../common/segmented.tsx';
import { usePage } from '../page.ts';
import { LOOKS } from '../text.ts';
import { ExamplePicker } from './example-picker.tsx';
import { exampleTables } from './maps.ts';
import { MapsView } from './maps-view.tsx';
import { OwnPicture } from './own-picture.tsx';
import { Scores } from './scores.tsx';
import { SeenWith } from './seen-with.tsx';
import { useLookWeights, useWatched } from './use-watched.ts';

const MistakesPanel = part(() => import('./mistakes/mistakes-panel.tsx'));

/** One example on its way through the net, and those that go wrong. Points of the plane have a picture of their own. */
export function ExampleSection() {
  const data = usePage((state) => state.opened?.data ?? null);
  const layers = usePage((state) => state.opened?.layers ?? null);
  if (data === null || layers === null || isPlane(data.shape)) return null;
  return (
    <section className="example" aria-labelledby="example-title">
      <h2 id="example-title">Try it</h2>
      <ExampleRegion data={data} layers={layers} />
    </section>
  );
}

interface ExampleRegionProps {
  readonly data: DataSummary;
  readonly layers: readonly LayerSummary[];
}

type Source = 'test' | 'own';

/** Where a person can draw: see `canDraw` of the pad, whose code comes on demand. */
const isPicture = ({ shape: { height, width, channels } }: DataSummary): boolean =>
  height >= 8 && width >= 8 && (channels === 1 || channels === 3);

function ExampleRegion({ data, layers }: ExampleRegionProps) {
  const [picked, setPicked] = useState(0);
  const [source, setSource] = useState<Source>('test');
  const [own, setOwn] = useState<Uint8Array<ArrayBuffer> | null>(null);
  const [brought, setBrought] = useState<File | null>(null);
  const [weights, setWeights] = useLookWeights();
  const top = useRef<HTMLDivElement>(null);
  const drawable = isPicture(data);
  const isOwn = drawable && source === 'own';
  // Another data set may have fewer.
  const index = Math.min(picked, data.test - 1);
  const subject = useMemo((): Subject | null => {
    if (!isOwn) return { kind: 'example', of: index, weights };
    return own === null ? null : { kind: 'example', of: own, weights };
  }, [isOwn, own, index, weights]);
  useWatched(subject);
  usePasted(
    useCallback(
      (file: File) => {
        if (!drawable) return;
        setSource('own');
        setBrought(file);
      },
      [drawable],
    ),
  );
  const { streams } = useStreams(isOwn ? 200 : 500, 350);
  const seen = streams.example;
  // What was seen before the other source was chosen is not what is asked for now.
  const isAsked = isOwn ? own !== null && seen?.index === null : seen?.index !== null;
  const look = isAsked ? seen : null;
  const { classNames } = data;
  const tables = useMemo(() => exampleTables(look, classNames), [look, classNames]);
  const pick = (example: number) => {
    setSource('test');
    setPicked(example);
    top.current?.scrollIntoView({ block: 'nearest' });
    top.current?.querySelector('input')?.focus({ preventScroll: true });
  };
  const seenWith = <SeenWith weights={weights} onChange={setWeights} />;
  return (
    <>
      <Region name="Feature maps" caption={LOOKS.maps} tables={tables}>
        <div className="example-head" ref={top}>
          {drawable && (
            <Segmented
              name="Look at"
              value={source}
              segments={[
                { value: 'test', label: 'Test examples', help: LOOKS.sourceTest },
                { value: 'own', label: 'Your own picture', help: LOOKS.sourceOwn },
              ]}
              onChange={(chosen) => {
                setSource(chosen);
                setBrought(null);
                setOwn(null);
              }}
            />
          )}
          {isOwn ? (
            <OwnPicture
              data={data}
              look={look}
              isEmpty={own === null}
              refused={streams.refused}
              brought={brought}
              onDraw={setOwn}
            >
              {seenWith}
            </OwnPicture>
          ) : (
            <ExamplePicker data={data} index={index} look={look} onPick={setPicked}>
              {seenWith}
            </ExamplePicker>
          )}
        </div>
        {!(isOwn && look === null) && (
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
        )}
      </Region>
      <OnDemand name="Mistakes" caption={LOOKS.mistakes}>
        <MistakesPanel data={data} onPick={pick} />
      </OnDemand>
    </>
  );
}

/** A picture in the clipboard, pasted where no text is typed. */
function usePasted(onFile: (file: File) => void): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      if (document.querySelector('dialog[open]')) return;
      const file = Array.from(event.clipboardData?.files ?? []).find(({ type }) =>
        type.startsWith('image/'),
      );
      if (file === undefined) return;
      event.preventDefault();
      onFile(file);
    };
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('paste', paste);
    };
  }, [onFile]);
}
