import type { ReactNode } from 'react';
import type { LessonPart } from '../../experiment/lesson.ts';
import { usePage } from '../page.ts';

interface ShownProps {
  readonly part: LessonPart;
  readonly children: ReactNode;
}

/** A part of the page, unless the lesson at hand leaves it out. */
export function Shown({ part, children }: ShownProps) {
  const isHidden = usePage(({ hide }) => hide.includes(part));
  return isHidden ? null : children;
}
