import { expect, test } from 'vitest';
import { sitesOf } from './heap.ts';
import { HEAP_WAITING } from './table.ts';

type Node = Parameters<typeof sitesOf>[0];

const node = (
  functionName: string,
  url: string,
  selfSize: number,
  children: Node[] = [],
): Node => ({
  callFrame: { functionName, url, scriptId: '1', lineNumber: 0, columnNumber: 0 },
  selfSize,
  children,
});

test('what the runtime allocates counts for the nearest caller of ours, else for the waiting', () => {
  const train = node('train', 'own/cli.js', 100, [
    node('Promise', '', 20),
    node('#map', 'own/cli.js', 7, [node('then', 'node:internal', 3, [node('', 'own/cli.js', 5)])]),
  ]);
  const poll = node('processImmediate', 'node:timers', 1000, [node('train', 'own/cli.js', 1)]);
  const sites = sitesOf(node('(root)', '', 0, [train, poll]), (url) => url.startsWith('own/'));
  expect(Object.fromEntries(sites)).toEqual({
    [HEAP_WAITING]: 1000,
    train: 121,
    '#map': 10,
    'a callback': 5,
  });
});
