/** All that the command palette finds: actions, sections, terms, recipes and data sets. */
import { RECIPES } from '../../experiment/recipes.ts';
import { ACTION_LIST, isLeftOut, refusalFor } from '../actions.ts';
import { goTo } from '../common/go-to.ts';
import { desk } from '../data/own.ts';
import { GLOSSARY } from '../glossary/terms.ts';
import { isReady, type PageState } from '../state/page-state.ts';
import type { Playground } from '../state/playground.ts';
import { DATASET_TITLES } from '../text.ts';

export const GROUPS = ['Actions', 'Sections', 'Terms', 'Recipes', 'Data'] as const;

export interface Entry {
  /** Tells it from the others. */
  readonly id: string;
  readonly group: (typeof GROUPS)[number];
  readonly name: string;
  /** What it is or does, in a sentence; may be empty. */
  readonly detail: string;
  /** The key that does the same; empty where there is none. */
  readonly keyName: string;
  /** Why it cannot be chosen now, in a sentence; null: it can. */
  readonly refusal: string | null;
  readonly run: (playground: Playground) => void;
}

/** What there is to find, in the order of the groups. @param sections headings of the page as it stands. */
export function entriesOf(
  state: PageState,
  sections: readonly string[],
  kept: readonly { readonly id: Parameters<typeof desk.train>[0]; readonly name: string }[],
): Entry[] {
  const plain = { keyName: '', refusal: null };
  const isOpening = state.phase === 'loading' || state.phase === 'building';
  const refusal = isOpening && !isReady(state) ? 'Another run is being opened.' : null;
  const official = Object.entries(DATASET_TITLES).map(([id, name]) => ({
    id: id as keyof typeof DATASET_TITLES,
    name,
  }));
  return [
    // The palette is open already.
    ...ACTION_LIST.filter((action) => action.name !== 'palette' && !isLeftOut(action, state)).map(
      (action): Entry => ({
        id: `action-${action.name}`,
        group: 'Actions',
        name: action.label(state),
        detail: action.help,
        keyName: action.keyName,
        refusal: refusalFor(action, state),
        run: action.run,
      }),
    ),
    ...[...new Set(sections)].map((name): Entry => ({
      ...{ ...plain, id: `section-${name}`, group: 'Sections', name, detail: 'Goes there.' },
      run: () => {
        goTo(name);
      },
    })),
    ...GLOSSARY.map(({ id, name, text }): Entry => ({
      ...{ ...plain, id: `term-${id}`, group: 'Terms', name, detail: text },
      run: (playground) => {
        playground.set({ glossary: { term: id } });
      },
    })),
    ...(state.hide.includes('recipe') ? [] : RECIPES).map(
      ({ name: id, title, summary, spec }): Entry => ({
        ...{
          ...plain,
          refusal,
          id: `recipe-${id}`,
          group: 'Recipes',
          name: title,
          detail: summary,
        },
        run: (playground) => {
          playground.take(spec);
        },
      }),
    ),
    ...(state.hide.includes('data') ? [] : [...official, ...kept]).map(({ id, name }): Entry => ({
      ...{ ...plain, refusal, id: `data-${id}`, group: 'Data', name },
      detail: 'Trains on this data set.',
      run: () => {
        desk.train(id);
      },
    })),
  ];
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** How well an entry answers a query: the smaller the better; Infinity: not at all. */
export function rankOf(
  { name, detail, group }: Pick<Entry, 'name' | 'detail' | 'group'>,
  query: string,
): number {
  const asked = wordsOf(query);
  if (asked.length === 0) return 0;
  const inName = wordsOf(name);
  const elsewhere = [...wordsOf(detail), ...wordsOf(group)];
  const begins = (words: readonly string[]) => (part: string) =>
    words.some((word) => word.startsWith(part));
  if (name.toLowerCase().startsWith(query.trim().toLowerCase())) return 0;
  if (asked.every(begins(inName))) return 1;
  if (asked.every(begins([...inName, ...elsewhere]))) return 2;
  return name.toLowerCase().includes(query.trim().toLowerCase()) ? 3 : Infinity;
}

/** The entries that answer a query, best first within their groups; groups in their order. */
export function found(entries: readonly Entry[], query: string): Entry[] {
  const ranked = entries
    .map((entry, k) => ({ entry, k, rank: rankOf(entry, query) }))
    .filter(({ rank }) => rank < Infinity);
  const best = (group: Entry['group']): number =>
    Math.min(
      Infinity,
      ...ranked.filter(({ entry }) => entry.group === group).map(({ rank }) => rank),
    );
  const order = [...GROUPS].sort((a, b) => {
    const [x, y] = [best(a), best(b)];
    return x === y ? GROUPS.indexOf(a) - GROUPS.indexOf(b) : x - y;
  });
  return ranked
    .sort(
      (a, b) =>
        order.indexOf(a.entry.group) - order.indexOf(b.entry.group) || a.rank - b.rank || a.k - b.k,
    )
    .map(({ entry }) => entry);
}
