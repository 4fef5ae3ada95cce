/**
 * Room beside a chart's plane, in CSS pixels, the same in all charts: the y axis on the left, and on the
 * right half a number of the x axis, or what stands where a line ends.
 */
export const PLOT_LEFT = 46;
export const PLOT_RIGHT = 18;
export const PLOT_TOP = 14;
export const PLOT_BOTTOM = 20;
