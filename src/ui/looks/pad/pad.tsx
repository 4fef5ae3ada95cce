import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { centringOf } from '../../../data/drawing.ts';
import type { DataSummary } from '../../../session/protocol.ts';
import { Segmented } from '../../common/segmented.tsx';
import { Tip } from '../../common/tip.tsx';
import { playground } from '../../page.ts';
import { PAD } from '../../text.ts';
import { inkOf, layerOf, padSize, paintSheet, seenOf } from './paint-sheet.ts';
import { readPicture } from './read-picture.ts';
import { Sheet } from './sheet.ts';

interface PadProps {
  readonly data: DataSummary;
  /** A file that was pasted or dropped elsewhere; null: none. */
  readonly brought: File | null;
  /** What the net is to be shown: null where nothing is on the pad. */
  readonly onDraw: (picture: Uint8Array<ArrayBuffer> | null) => void;
}

type Pen = 'thin' | 'thick';
/** In shares of the pad's width. */
const PENS = { thin: 0.07, thick: 0.2 } as const satisfies Record<Pen, number>;

/** Milliseconds between two pictures for the net while a stroke is drawn. */
const SHOW_EVERY = 80;

/** How far an arrow key moves the pen, in shares of the width; with Shift. */
const STEP = 1 / 28;
const LEAP = 1 / 7;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A pad to draw on with a pointer, a finger, a pen or the arrow keys, or to put a picture on. */
export default function Pad({ data, brought, onDraw }: PadProps) {
  const { shape, id } = data;
  const size = padSize(shape);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [sheet] = useState(() => new Sheet());
  // Counts up with every change of the sheet: what React draws of it depends on this.
  const [, setVersion] = useState(0);
  const [pen, setPen] = useState<Pen>('thin');
  const [colour, setColour] = useState(inkOf(shape));
  const [sentence, setSentence] = useState<string | null>(null);
  /** The keyboard's pen, in shares of the width; null: it was not used yet. */
  const [at, setAt] = useState<{ x: number; y: number; down: boolean } | null>(null);
  const drawing = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [helpId, colourId] = [useId(), useId()];

  const changed = useCallback(() => {
    const element = canvas.current;
    if (element === null) return;
    paintSheet(element, sheet, shape);
    setVersion((version) => version + 1);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const isEmpty = sheet.isEmpty;
      const seen = isEmpty ? null : seenOf(element, { id, shape });
      setSentence((before) => (seen === null && !isEmpty ? PAD.nothing : isEmpty ? before : null));
      onDraw(seen);
    }, SHOW_EVERY);
  }, [sheet, shape, id, onDraw]);

  useEffect(() => {
    changed();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [changed]);

  const take = useCallback(
    (read: Awaited<ReturnType<typeof readPicture>>) => {
      if (!read.ok) {
        setSentence(read.error);
        return;
      }
      setSentence(null);
      sheet.bring(layerOf(read.value, padSize(shape), centringOf(id)));
      read.value.close();
      changed();
    },
    [sheet, shape, id, changed],
  );
  useEffect(() => {
    if (brought !== null) void readPicture(brought).then(take);
  }, [brought, take]);

  const placeOf = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return [0, 0] as const;
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.width] as const;
  };
  const ink = { colour, width: PENS[pen] };
  const undo = () => {
    sheet.undo();
    changed();
  };
  const clear = () => {
    sheet.clear();
    setSentence(null);
    changed();
  };

  const press = (event: React.KeyboardEvent) => {
    const { key, shiftKey } = event;
    const arrow = ARROWS[key];
    const highest = size.height / size.width;
    const now = at ?? { x: 0.5, y: highest / 2, down: false };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrow !== undefined) {
      const step = shiftKey ? LEAP : STEP;
      const x = Math.min(1, Math.max(0, now.x + arrow[0] * step));
      const y = Math.min(highest, Math.max(0, now.y + arrow[1] * step));
      setAt({ ...now, x, y });
      if (now.down) {
        sheet.draw(x, y);
        changed();
      }
    } else if (key === ' ') {
      const down = !now.down;
      setAt({ ...now, down });
      playground.announce(down ? PAD.down : PAD.up);
      if (down) {
        sheet.begin(now.x, now.y, ink);
        changed();
      }
    } else if (key === 'Backspace') undo();
    else if (key === 'Delete') clear();
    else return;
    event.preventDefault();
    // The page's own keys mean something else.
    event.stopPropagation();
  };

  return (
    <div
      className="pad"
      onDragOver={(event) => {
        event.preventDefault();
      }}
      onDrop={(event) => {
        const file = event.dataTransfer.files[0];
        if (file === undefined) return;
        // It is for the pad: the page's own place for files leaves it alone.
        event.preventDefault();
        void readPicture(file).then(take);
      }}
    >
      <div className="pad-sheet">
        <canvas
          ref={canvas}
          width={size.width}
          height={size.height}
          tabIndex={0}
          role="application"
          aria-label="Drawing pad"
          aria-describedby={helpId}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            drawing.current = true;
            setAt(null);
            sheet.begin(...placeOf(event), ink);
            changed();
          }}
          onPointerMove={(event) => {
            if (!drawing.current) return;
            const all = event.nativeEvent.getCoalescedEvents();
            for (const one of all.length > 0 ? all : [event.nativeEvent]) {
              sheet.draw(...placeOf(one));
            }
            changed();
          }}
          onPointerUp={() => {
            drawing.current = false;
          }}
          onPointerCancel={() => {
            drawing.current = false;
          }}
          onKeyDown={press}
        />
        {at !== null && (
          <i
            className="pad-pen"
            data-down={at.down}
            style={{
              insetInlineStart: `${100 * at.x}%`,
              insetBlockStart: `${(100 * at.y * size.width) / size.height}%`,
            }}
          />
        )}
      </div>
      <p id={helpId} className="visually-hidden">
        {PAD.keys}
      </p>
      <div className="pad-tools">
        <Tip text={PAD.undo}>
          {(describedBy) => (
            <button
              type="button"
              aria-describedby={describedBy}
              aria-disabled={!sheet.canUndo}
              onClick={undo}
            >
              Undo stroke
            </button>
          )}
        </Tip>
        <Tip text={PAD.clear}>
          {(describedBy) => (
            <button
              type="button"
              aria-describedby={describedBy}
              aria-disabled={sheet.isEmpty}
              onClick={clear}
            >
              Clear
            </button>
          )}
        </Tip>
        <Segmented
          name="Pen"
          value={pen}
          segments={[
            { value: 'thin', label: 'Thin', help: PAD.thin },
            { value: 'thick', label: 'Thick', help: PAD.thick },
          ]}
          onChange={setPen}
        />
        {shape.channels === 3 && (
          <Tip text={PAD.colour} className="field">
            {(describedBy) => (
              <>
                <label htmlFor={colourId}>Colour</label>
                <input
                  id={colourId}
                  type="color"
                  value={colour}
                  aria-describedby={describedBy}
                  onChange={({ target }) => {
                    setColour(target.value);
                  }}
                />
              </>
            )}
          </Tip>
        )}
        <Tip text={PAD.file} className="pad-file">
          {(describedBy) => (
            <label>
              <span>Picture from a file</span>
              <input
                type="file"
                accept="image/png,image/jpeg,image/gif,image/bmp,image/webp"
                aria-describedby={describedBy}
                onChange={({ target }) => {
                  const file = target.files?.[0];
                  // The same file may be chosen again.
                  target.value = '';
                  if (file !== undefined) void readPicture(file).then(take);
                }}
              />
            </label>
          )}
        </Tip>
      </div>
      <p className="caption">{PAD.rule[centringOf(id)]}</p>
      {sentence !== null && (
        <p className="field-error" role="alert">
          {sentence}
        </p>
      )}
    </div>
  );
}
