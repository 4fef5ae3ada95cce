import { part } from './common/part.tsx';
import { playground, usePage } from './page.ts';

const Palette = part(() => import('./palette/palette.tsx'), {
  waiting: null,
  close: () => {
    playground.set({ paletteOpen: false });
  },
});
const Glossary = part(() => import('./glossary/glossary.tsx'), {
  waiting: null,
  close: () => {
    playground.set({ glossary: null });
  },
});
const Tour = part(() => import('./tour/tour.tsx'), {
  waiting: null,
  close: () => {
    playground.set({ tour: null });
  },
});

/** What stands over the page when it is asked for; its code comes then. */
export function Overlays() {
  const palette = usePage((state) => state.paletteOpen);
  const glossary = usePage((state) => state.glossary !== null);
  const tour = usePage((state) => state.tour !== null);
  return (
    <>
      {palette && <Palette />}
      {glossary && <Glossary />}
      {tour && <Tour />}
    </>
  );
}
