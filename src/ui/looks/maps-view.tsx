import { useCallback, useState } from 'react';
import type { LayerMaps } from '../../session/protocol.ts';
import { layerColour } from '../charts/colours.ts';
import { figures } from '../../experiment/digits.ts';
import { mapsText } from '../network/plan.ts';
import { layerTitle } from '../text.ts';
import { TilePager } from '../weights/tile-pager.tsx';
import { usePainter, type Paint } from '../weights/use-painter.ts';
import { extentOf, mapGrid } from './maps.ts';
import { MapsPainter } from './paint-maps.ts';

interface MapsViewProps {
  readonly name: string;
  readonly index: number;
  readonly layers: number;
  /** Null before the first look. */
  readonly maps: LayerMaps | null;
}

/** What one layer makes of the example. */
export function MapsView({ name, index, layers, maps }: MapsViewProps) {
  const [from, setFrom] = useState(0);
  const [width, setWidth] = useState(0);
  const [painter] = useState(() => new MapsPainter());
  const channels = maps?.channels ?? 0;
  const first = from < channels ? from : 0;
  const paint = useCallback<Paint>(
    (canvas, streams) => {
      painter.paint(canvas, streams.example?.maps[index], first);
      // How many fit decides whether there are pages to turn.
      setWidth(canvas.clientWidth);
      return false;
    },
    [painter, index, first],
  );
  const canvas = usePainter(paint);
  const title = layerTitle(name);
  const grid = maps && mapGrid(width * devicePixelRatio, devicePixelRatio, maps);
  const page = grid === null ? 1 : grid.columns * grid.rows;
  const extent = maps === null ? null : extentOf(maps.values);
  const range =
    extent === null ? '' : `${figures(extent.least, 3)} to ${figures(extent.greatest, 3)}`;
  const noun = maps !== null && maps.height * maps.width > 1 ? 'map' : 'unit';
  return (
    <div className="maps-view">
      <p className="histogram-head">
        <span className="layer-key" style={{ background: layerColour(index, layers) }} />
        {title}
        {maps !== null && (
          <>
            <span className="maps-size">{mapsText(maps)}</span>
            <span className="histogram-saturation">{range}</span>
          </>
        )}
      </p>
      <canvas
        ref={canvas}
        role="img"
        aria-label={
          maps === null
            ? `Maps of ${title}: not looked at yet.`
            : `Maps of ${title}, ${mapsText(maps)}: numbers from ${range}.`
        }
      />
      {channels > page && (
        <TilePager
          noun={noun}
          of={title}
          units={channels}
          from={first}
          page={page}
          onTurn={setFrom}
        />
      )}
    </div>
  );
}
