/** Room beside a chart's plane, in CSS pixels: the y axis on the left, and half a number on the right. */
export const PLOT_LEFT = 46;
export const PLOT_RIGHT = 10;
export const PLOT_TOP = 14;
export const PLOT_BOTTOM = 20;
