import type { ReactNode } from 'react';
import type { DataSummary, ExampleLook } from '../../session/protocol.ts';
import { part } from '../common/part.tsx';
import { LOOKS } from '../text.ts';
import { predictedOf } from './maps.ts';
import { Picture } from './picture.tsx';

const Pad = part(() => import('./pad/pad.tsx'));

interface OwnPictureProps {
  readonly data: DataSummary;
  /** Null where nothing is drawn, or it was not looked at yet. */
  readonly look: ExampleLook | null;
  readonly isEmpty: boolean;
  /** Why it cannot be looked at. */
  readonly refused: string | null;
  readonly brought: File | null;
  readonly onDraw: (picture: Uint8Array<ArrayBuffer> | null) => void;
  readonly children: ReactNode;
}

/** A picture of one's own, and what the net is shown of it. */
export function OwnPicture(props: OwnPictureProps) {
  const { data, look, isEmpty, refused, brought, onDraw, children } = props;
  const { shape, classNames } = data;
  const said = look === null ? '' : (classNames[predictedOf(look.scores)] ?? '');
  return (
    <div className="own-picture">
      {/* Above the pad, and as high with an answer as without: the pad stays where the hand is. */}
      <div className="own-answer">
        {look === null ? (
          <span className="picture" aria-hidden="true" />
        ) : (
          <Picture
            bytes={look.picture}
            shape={shape}
            label={`The picture that the network sees, ${shape.height} × ${shape.width}.`}
          />
        )}
        {isEmpty ? (
          <p>{LOOKS.empty}</p>
        ) : refused !== null ? (
          <p className="field-error">{refused}</p>
        ) : look === null ? (
          <p>{LOOKS.looking}</p>
        ) : (
          <div>
            <p>
              The network says <b>{said}</b>.
            </p>
            <p className="caption">
              What the network sees, {shape.height} × {shape.width}
              {look.isRaw ? '.' : ', preprocessed as its examples are.'}
            </p>
          </div>
        )}
      </div>
      <Pad key={data.id} data={data} brought={brought} onDraw={onDraw} />
      <div className="own-seen">{children}</div>
    </div>
  );
}
