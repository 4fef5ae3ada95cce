import { usePage } from '../page.ts';

/** The one polite live region: what happened, a sentence at a time. */
export function Announcer() {
  const announcement = usePage((state) => state.announcement);
  return (
    <p className="visually-hidden" aria-live="polite">
      {announcement}
    </p>
  );
}
