import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';

/** A lesson says that it is one, and never locks anybody in. */
export function LessonLine() {
  const isLesson = usePage(({ hide }) => hide.length > 0);
  if (!isLesson) return null;
  return (
    <p className="lesson" role="note">
      This is a lesson: its link leaves some controls out.
      <TipButton
        help="Brings back every control; the run stays as it is."
        onClick={() => {
          playground.set({ hide: [] });
          playground.announce('Everything is shown.');
        }}
      >
        Show everything
      </TipButton>
    </p>
  );
}
