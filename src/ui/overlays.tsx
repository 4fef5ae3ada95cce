import { lazy, Suspense } from 'react';
import { usePage } from './page.ts';

const Palette = lazy(() => import('./palette/palette.tsx'));
const Glossary = lazy(() => import('./glossary/glossary.tsx'));
const Tour = lazy(() => import('./tour/tour.tsx'));

/** What stands over the page when it is asked for; its code comes then. */
export function Overlays() {
  const palette = usePage((state) => state.paletteOpen);
  const glossary = usePage((state) => state.glossary !== null);
  const tour = usePage((state) => state.tour !== null);
  return (
    <Suspense fallback={null}>
      {palette && <Palette />}
      {glossary && <Glossary />}
      {tour && <Tour />}
    </Suspense>
  );
}
