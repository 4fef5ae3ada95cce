import { describe, expect, it } from 'vitest';
import { ACTION_LIST, actionFor } from './actions.ts';

const press = (key: string, more = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...more,
});

/** An element of one kind; `closest` finds it where a selector names that kind. */
const focused = (kind: string) => ({
  closest: (selector: string) =>
    selector.split(', ').some((part) => part === kind || part.startsWith(`${kind}:`)) ? {} : null,
});

describe('actionFor', () => {
  it.each([
    [' ', 'train'],
    ['.', 'step'],
    ['r', 'rewind'],
    ['R', 'rewind'],
    ['s', 'share'],
    ['?', 'help'],
  ])('%j means %s', (key, name) => {
    expect(actionFor(press(key), null)?.name).toBe(name);
  });

  it('leaves the keys of the browser and of the system alone', () => {
    expect(actionFor(press('r', { ctrlKey: true }), null)).toBeNull();
    expect(actionFor(press('s', { metaKey: true }), null)).toBeNull();
    expect(actionFor(press('x'), null)).toBeNull();
  });

  it('does nothing where text is typed', () => {
    for (const kind of ['textarea', 'select', 'input']) {
      expect(actionFor(press('r'), focused(kind) as unknown as Element)).toBeNull();
    }
  });

  it('leaves the space bar to a focused button', () => {
    const button = focused('button') as unknown as Element;
    expect(actionFor(press(' '), button)).toBeNull();
    expect(actionFor(press('r'), button)?.name).toBe('rewind');
  });

  it('repeats a step, but not a train', () => {
    expect(actionFor(press('.', { repeat: true }), null)?.name).toBe('step');
    expect(actionFor(press(' ', { repeat: true }), null)).toBeNull();
  });
});

describe('the registry', () => {
  it('has one action a key', () => {
    const keys = ACTION_LIST.flatMap(({ key }) => (key === null ? [] : [key]));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
