/** Lesson mode: the parts of the page that a link may leave out, so that a class sees what it is about. */
export const LESSON_PARTS = [
  'data',
  'recipe',
  'settings',
  'weights',
  'seed',
  'compare',
  'speed',
  'example',
  'inside',
  'runs',
  'step',
  'cost',
  'export',
  'share',
] as const;

export type LessonPart = (typeof LESSON_PARTS)[number];

const isPart = (text: string): text is LessonPart =>
  (LESSON_PARTS as readonly string[]).includes(text);

/** As a link has them: `settings-runs`, in the order above. */
export const writeParts = (parts: readonly LessonPart[]): string =>
  LESSON_PARTS.filter((part) => parts.includes(part)).join('-');

/** Undefined where a name is none of the parts, or is there twice. */
export function readParts(text: string): readonly LessonPart[] | undefined {
  const names = text.split('-');
  const parts = names.filter(isPart);
  return parts.length === names.length && new Set(parts).size === parts.length ? parts : undefined;
}
