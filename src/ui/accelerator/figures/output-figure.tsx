import { at } from '../../../experiment/at.ts';
import { sizeOf } from '../../../experiment/datasets.ts';
import { plural, whole } from '../../common/format.ts';
import { mapsText } from '../../network/plan.ts';
import type { Design } from '../design.ts';
import { Box, Figure, Note, OUTPUT, Wire } from './marks.tsx';

interface OutputFigureProps {
  readonly design: Design;
  readonly index: number;
}

/** What leaves the elements, and how it becomes words of the next layer's width. */
export function OutputFigure({ design, index }: OutputFigureProps) {
  const { layer, folded } = at(design.units, index);
  const { PE, SF } = folded;
  const next = design.units[index + 1];
  const link = design.schedule.links[index];
  const left = sizeOf(layer.out) / layer.out.channels;
  const pooled =
    layer.pools.length === 0
      ? ''
      : ` Pooling leaves ${whole(left)} of ${whole(folded.vectors)} places.`;
  const words = `Every ${SF === 1 ? 'cycle' : `${whole(SF)} cycles`} ${plural(PE, 'sum')} ${PE === 1 ? 'is' : 'are'} done.${pooled} Words leave with channels next to each other.`;
  const adapted =
    link === undefined || next === undefined
      ? 'These are the scores.'
      : `${
          link.held === 0
            ? `${next.title} takes ${plural(link.to, 'number')} at once, as many as come.`
            : `${next.title} takes ${plural(link.to, 'number')} at once: a change of width holds ${plural(link.held, 'number')}.`
        } At most ${plural(link.fifo, 'word')} wait, so that nothing stops for want of room.`;
  const title = at(design.units, index).title;
  return (
    <Figure
      number={4}
      name="Output path"
      label={`Output path of ${title}. ${words} ${adapted}`}
      caption={`${words} ${adapted}`}
    >
      <Wire
        points={[
          [0, OUTPUT],
          [85, OUTPUT],
          [85, 264],
        ]}
        wide
      />
      <Words width={Math.min(PE, layer.out.channels)} channels={layer.out.channels} />
      {link === undefined || next === undefined ? (
        <>
          <Wire
            points={[
              [85, 236],
              [85, 48],
            ]}
            wide
          />
          <Box x={20} y={20} width={130} height={28} of="outside" text="Scores" />
          <Note x={158} y={38}>
            {mapsText(layer.out)} classes
          </Note>
        </>
      ) : (
        <>
          <Wire
            points={[
              [85, 236],
              [85, 196],
            ]}
            wide
          />
          <polygon
            className="box unit"
            points={
              link.from <= link.to
                ? '45,196 125,196 150,168 20,168'
                : '20,196 150,196 125,168 45,168'
            }
          />
          <text x={85} y={186} textAnchor="middle">
            {`${link.from} → ${link.to}`}
          </text>
          <Note x={158} y={180}>
            {link.held === 0 ? 'same width' : 'change of width,'}
          </Note>
          {link.held > 0 && <Note x={158} y={194}>{`holds ${whole(link.held)}`}</Note>}
          <Wire
            points={[
              [85, 168],
              [85, 128],
            ]}
            wide
          />
          <Box x={20} y={100} width={130} height={28} of="store" text="FIFO" />
          <Note x={158} y={112}>
            {plural(link.fifo, 'word')}
          </Note>
          <Note x={158} y={126}>{`of ${link.to}`}</Note>
          <Wire
            points={[
              [85, 100],
              [85, 48],
            ]}
            wide
          />
          <Box x={20} y={20} width={130} height={28} of="outside" text={next.title} />
          <Note x={158} y={38}>
            {mapsText(next.layer.from)}
          </Note>
        </>
      )}
    </Figure>
  );
}

interface WordsProps {
  /** Numbers in a word. */
  readonly width: number;
  /** Of a place. */
  readonly channels: number;
}

/** The order of outputs in the stream: element by element, then the elements' next rows. */
function Words({ width, channels }: WordsProps) {
  const count = Math.ceil(channels / width);
  const range = (word: number) =>
    width === 1
      ? whole(word)
      : `${whole(word * width)}–${whole(Math.min((word + 1) * width, channels) - 1)}`;
  const shown = Array.from({ length: Math.min(3, count) }, (_, word) => word);
  return (
    <>
      {shown.map((word) => (
        <Box
          key={word}
          x={20 + 78 * word}
          y={236}
          width={78}
          height={28}
          of="store"
          text={word === 2 && count > 3 ? `… ${range(count - 1)}` : range(word)}
        />
      ))}
      <Note x={94} y={281}>{`channels, in ${plural(count, 'word')}`}</Note>
    </>
  );
}
