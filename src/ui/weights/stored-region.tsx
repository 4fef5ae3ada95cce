import { useMemo, useState } from 'react';
import { axisOf, placeText } from '../charts/axis.ts';
import { Region } from '../charts/region.tsx';
import { SavePicture } from '../charts/save-picture.tsx';
import { useTools } from '../charts/tools.ts';
import { useStreams } from '../charts/use-streams.ts';
import { playground, usePage } from '../page.ts';
import type { LayerSummary } from '../../session/protocol.ts';
import { CHARTS, layerTitle } from '../text.ts';
import { Histogram } from './histogram.tsx';
import { MomentField } from './moment-field.tsx';
import { histogramSummary, storedTables, stripSummary, stripTable } from './stored-text.ts';
import { Strip } from './strip.tsx';

const NO_LAYERS: readonly LayerSummary[] = [];

/** Histograms of the real numbers that training updates: now, or at a moment of the run. */
export function StoredRegion() {
  const view = useStreams(500, 250);
  const { across } = useTools();
  const opened = usePage((state) => state.opened);
  const isClippedNow = usePage((state) => state.mode !== 'none');
  const layers = opened?.layers ?? NO_LAYERS;
  // A choice belongs to the run it was made in.
  const [choice, setChoice] = useState<{
    readonly of: typeof opened;
    readonly step: number;
  } | null>(null);
  const chosen = choice?.of === opened ? choice.step : null;

  const { placed, names } = useMemo(() => {
    const { strip, clock } = view.streams;
    const axis = axisOf(across, opened?.stepsPerEpoch ?? 1, clock.knots());
    const all = strip.moments().map((moment) => ({ x: axis.at(moment.step), moment }));
    return {
      placed: all,
      names: all.map(({ x, moment: { step } }) => placeText(across, { x, from: step, step })),
    };
  }, [view, across, opened]);
  const last = placed.length - 1;
  const found =
    chosen === null ? last : placed.findLastIndex(({ moment }) => moment.step <= chosen);
  const index = Math.max(0, found);
  const isLive = chosen === null || index === last;
  const moment = placed[index]?.moment ?? null;
  const looks = isLive ? view.streams.probes : (moment?.layers ?? null);
  const isClipped = isLive || moment === null ? isClippedNow : moment.isClipped;
  const name = names[index] ?? '';
  const choose = (step: number) => {
    setChoice(step === placed[last]?.moment.step ? null : { of: opened, step });
  };

  const tables = useMemo(
    () => [
      ...storedTables(layers, looks, name),
      stripTable(
        layers,
        placed.map(({ moment: at }) => at),
      ),
    ],
    [layers, looks, name, placed],
  );
  return (
    <Region
      name="Stored weights"
      caption={CHARTS.stored}
      tables={tables}
      menu={
        moment && (
          <SavePicture
            name="Stored weights"
            save={async (kind) => {
              const { saveHistograms } = await import('../print/saving.ts');
              return saveHistograms(kind, moment, playground.state);
            }}
          />
        )
      }
    >
      <MomentField
        names={names}
        index={index}
        isLive={isLive}
        onChoose={(k) => {
          const step = placed[k]?.moment.step;
          if (step !== undefined) choose(step);
        }}
      />
      <div className="stored-layers">
        {layers.map(({ name: layer }, l) => {
          const look = looks?.[l];
          const title = layerTitle(layer);
          return (
            <div key={layer}>
              <Histogram
                name={title}
                index={l}
                layers={layers.length}
                isClipped={isClipped}
                look={isLive ? null : (look ?? null)}
                range={look?.range ?? null}
                saturation={look?.saturation ?? 0}
                summary={histogramSummary(title, look, isClipped)}
              />
              <Strip
                summary={stripSummary(title, names)}
                layer={l}
                placed={placed}
                chosen={isLive ? null : (moment?.step ?? null)}
                onChoose={choose}
              />
            </div>
          );
        })}
      </div>
      <p className="caption">{CHARTS.strip}</p>
      {!isClipped && (
        <p className="caption">
          Nothing is clipped in this mode: each axis spans its layer’s own largest weight.
        </p>
      )}
    </Region>
  );
}
