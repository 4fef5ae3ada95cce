/** The page's one playground, and the hook by which components read it. */
import { useStore } from 'zustand';
import { browser } from './state/client.ts';
import type { PageState } from './state/page-state.ts';
import { Playground } from './state/playground.ts';
import { recall } from './state/storage.ts';
import { rememberedTheme } from './state/theme.ts';

export const playground = new Playground(browser, {
  theme: rememberedTheme(),
  shortcuts: recall('shortcuts') !== 'off',
});

export const usePage = <T>(select: (state: PageState) => T): T =>
  useStore(playground.store, select);
