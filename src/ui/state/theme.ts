import { recall, remember } from './storage.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const rememberedTheme = (): Theme => THEMES.find((t) => t === recall('theme')) ?? 'system';

/** Put a theme on the page; `system` leaves the choice to the style sheet's media query. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  remember('theme', theme);
}
