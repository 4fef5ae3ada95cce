import { useId, useMemo, useRef } from 'react';
import { whole } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { MOST_QR, type Qr, qrOf } from './qr.ts';
import { SHARE } from './text.ts';

/** Characters that somebody in a hall might type: a longer link would push the code off the screen. */
const MOST_TYPED = 200;

interface QrViewProps {
  readonly link: string;
  readonly hasResult: boolean;
}

/** The link as a QR code, small and as large as the screen. Its twin in text is the link above. */
export function QrView({ link, hasResult }: QrViewProps) {
  const help = useId();
  const large = useRef<HTMLDialogElement>(null);
  const qr = useMemo(() => qrOf(link), [link]);
  if (qr === null) {
    return (
      <p className="share-qr-none">
        The link is {whole(link.length)} characters long; a QR code holds at most {whole(MOST_QR)}
        {hasResult ? ': leave the result out to get one.' : '.'}
      </p>
    );
  }
  return (
    <div className="share-qr">
      <Picture qr={qr} link={link} />
      <button
        type="button"
        aria-describedby={help}
        onClick={() => {
          large.current?.showModal();
        }}
      >
        Show large
      </button>
      <p className="caption" id={help}>
        {SHARE.large}
      </p>
      <dialog ref={large} className="share-large" aria-label="QR code of the link">
        <Picture qr={qr} link={link} />
        {link.length <= MOST_TYPED && <p>{link}</p>}
        <TipButton
          help={SHARE.closeCode}
          onClick={() => {
            large.current?.close();
          }}
        >
          Close the code
        </TipButton>
      </dialog>
    </div>
  );
}

const Picture = ({ qr: { size, path }, link }: { readonly qr: Qr; readonly link: string }) => (
  <svg
    className="share-code"
    viewBox={`0 0 ${size} ${size}`}
    role="img"
    aria-label={`QR code of ${link}`}
    shapeRendering="crispEdges"
  >
    <rect width={size} height={size} fill="#ffffff" />
    <path d={path} fill="#000000" />
  </svg>
);
