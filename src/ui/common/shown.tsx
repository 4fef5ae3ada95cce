import type { ReactNode } from 'react';
import type { LessonPart } from '../../experiment/lesson.ts';
import { usePage } from '../page.ts';

interface ShownProps {
  readonly part: LessonPart;
  readonly children: ReactNode;
}

/** Parts that ask the worker, of which a recording has none. */
const ASKING: readonly LessonPart[] = ['example', 'step'];

/** A part of the page, unless the lesson at hand leaves it out, or a recording has nothing to show in it. */
export function Shown({ part, children }: ShownProps) {
  const isHidden = usePage(
    ({ hide, recorded }) => hide.includes(part) || (recorded !== null && ASKING.includes(part)),
  );
  return isHidden ? null : children;
}
