import type { PictureKind } from '../print/save-picture.ts';
import { Tip } from '../common/tip.tsx';
import { playground } from '../page.ts';
import { SAVING } from '../text.ts';

interface SavePictureProps {
  readonly name: string;
  /** Resolves with a sentence where it failed. */
  readonly save: (kind: PictureKind) => Promise<string | null>;
}

const KINDS = ['png', 'svg'] as const;

/** A picture of the page as a file for paper. */
export function SavePicture({ name, save }: SavePictureProps) {
  return (
    <p className="save-picture">
      <span aria-hidden="true">Save</span>
      {KINDS.map((kind) => (
        <Tip key={kind} text={SAVING[kind]} side="end">
          {(describedBy) => (
            <button
              type="button"
              className="quiet"
              aria-label={`Save ${name.toLowerCase()} as ${kind.toUpperCase()}`}
              aria-describedby={describedBy}
              onClick={() => {
                save(kind).then(
                  (sentence) => {
                    playground.announce(sentence ?? `${name} saved as ${kind.toUpperCase()}.`);
                  },
                  () => {
                    playground.announce(SAVING.failed);
                  },
                );
              }}
            >
              {kind.toUpperCase()}
            </button>
          )}
        </Tip>
      ))}
    </p>
  );
}
