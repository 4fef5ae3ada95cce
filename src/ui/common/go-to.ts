/** Going to a section of the page by its heading. Needs the page's document. */

/** Headings of what can be gone to, in their order. */
export const headings = (): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('main h2, main h3'),
];

const reduces = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Bring an element into sight, below the controls that stay there. */
export function bringIntoSight(element: Element): void {
  element.scrollIntoView({ behavior: reduces() ? 'auto' : 'smooth', block: 'start' });
}

/** Open what a heading is closed in, go there, and give it the focus. False where there is no such heading. */
export function goTo(name: string, focuses = true): boolean {
  const heading = headings().find(({ textContent }) => textContent.trim() === name);
  if (heading === undefined) return false;
  for (let at = heading.closest('details'); at; at = at.parentElement?.closest('details') ?? null) {
    at.open = true;
  }
  bringIntoSight(heading);
  if (!focuses) return true;
  // A heading takes no focus by itself, and keeps none in the order of the tab key.
  const target = heading.closest('summary') ?? heading;
  if (target === heading) heading.tabIndex = -1;
  target.focus({ preventScroll: true });
  return true;
}
