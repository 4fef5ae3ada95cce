/** Steps of the tour. */
export const TOUR_LENGTH = 5;
