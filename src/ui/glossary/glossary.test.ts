import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COLOURS } from './colours.ts';
import { linkedTerms } from './term-of.ts';
import { GLOSSARY, termsFor } from './terms.ts';

describe('the glossary', () => {
  it('has the terms that the page uses, each once, in one or two sentences', () => {
    const ids = GLOSSARY.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const name of [
      ...['Stored weight', 'Propagated weight', 'Binarise', 'Deterministic weights'],
      ...['Stochastic weights', 'H', 'Hard sigmoid', 'Sign flip', 'Sample flip', 'Saturation'],
      ...['Clipping', 'Straight-through', 'Batch normalisation', 'Ensemble', 'Ternary weights'],
      ...['Maxout', 'NIN', 'DSN', 'DropConnect', 'EBP', 'Epoch', 'Step', 'Validation error'],
      'Best epoch',
    ]) {
      expect(GLOSSARY.map((term) => term.name)).toContain(name);
    }
    for (const { text } of GLOSSARY) {
      expect(text).toMatch(/\.$/);
      expect(text.split(/[.!?](?:\s|$)/).filter(Boolean).length).toBeLessThanOrEqual(2);
    }
  });

  it('holds every entry that is linked to', () => {
    const ids = GLOSSARY.map(({ id }) => id);
    expect(linkedTerms().filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('is searched by any words, and says nothing of what it lacks', () => {
    expect(termsFor('hs(x)').map(({ id }) => id)).toEqual(['hard-sigmoid']);
    expect(termsFor('drawn SAMPLE').map(({ id }) => id)).toContain('sample-flip');
    expect(termsFor('')).toEqual(GLOSSARY);
    expect(termsFor('xylophone')).toEqual([]);
  });
});

describe('the legend of colours', () => {
  it('explains every colour that means something', () => {
    const style = readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8');
    const tokens = new Set([...style.matchAll(/--([\w-]+): #/g)].map(([, name]) => name));
    // Paper and hairlines mean nothing by themselves.
    const plain = ['paper', 'raised', 'ink-2', 'hair', 'hair-strong'];
    const explained = COLOURS.flatMap((colour) => colour.tokens);
    expect([...tokens].filter((name) => !plain.includes(name ?? ''))).toEqual(
      expect.arrayContaining(explained),
    );
    expect(
      [...tokens].filter((name) => !plain.includes(name ?? '') && !explained.includes(name ?? '')),
    ).toEqual([]);
    for (const { text } of COLOURS) expect(text).toMatch(/^[^.]+\.$/);
  });
});
