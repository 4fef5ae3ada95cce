import { useState } from 'react';
import { hasTour } from '../actions.ts';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';
import { declineTour, isTourNew, startTour } from './tour-state.ts';

/** One line, once: whoever is new may be shown round. */
export function TourOffer() {
  const canTour = usePage(hasTour);
  const touring = usePage((state) => state.tour !== null);
  const [isNew, setNew] = useState(isTourNew);
  if (!canTour || touring || !isNew) return null;
  return (
    <p className="tour-offer">
      New here? Five short steps through this run show what binary weights do.
      <TipButton
        help="Begins the tour; it can be left and resumed at any time."
        onClick={() => {
          setNew(false);
          startTour(playground);
        }}
      >
        Take the tour
      </TipButton>
      <TipButton
        help="Hides this line; the tour stays under Keys and terms."
        className="quiet"
        onClick={() => {
          declineTour();
          setNew(false);
        }}
      >
        No, thanks
      </TipButton>
    </p>
  );
}
