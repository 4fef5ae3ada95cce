import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DATA_DIR } from '../cli/project.ts';
import { parseIndex } from './index-file.ts';

const text = readFileSync(join(DATA_DIR, 'index.json'), 'utf8');
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test("the project's index names every official data set", () => {
  const index = parseIndex(text);
  if (!index.ok) throw new Error(index.error);
  expect(index.value['fashion-mnist'].included).toBe(true);
  expect(index.value['fashion-mnist'].classNames).toEqual(
    'T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle_boot'
      .split(' ')
      .map((name) => name.replace('_', ' ')),
  );
  expect(index.value.mnist.included).toBe(false);
  expect(index.value.mnist.counts).toEqual({ train: 60_000, test: 10_000 });
  expect(index.value.mnist.files.at(-1)).toMatchObject({
    role: 'testLabels',
    name: 't10k-labels-idx1-ubyte.gz',
  });
  expect(index.value['cifar-10'].files.map(({ count }) => count)).toEqual(
    new Array(6).fill(10_000),
  );
  for (const { role, labels } of index.value.svhn.files) {
    const sum = labels?.reduce((before, count) => before + count, 0);
    if (role !== 'extra') expect(sum).toBe(index.value.svhn.counts[role]);
  }
});

test('every included file is as the index says', () => {
  const index = parseIndex(text);
  if (!index.ok) throw new Error(index.error);
  for (const [id, entry] of Object.entries(index.value)) {
    if (!entry.included) continue;
    for (const file of entry.files) {
      const bytes = readFileSync(join(DATA_DIR, id, file.name));
      expect([file.name, bytes.length]).toEqual([file.name, file.bytes]);
      expect(hash(bytes)).toBe(file.sha256);
      expect(hash(gunzipSync(bytes))).toBe(file.contentSha256);
    }
  }
});

describe('a broken index', () => {
  const START = 'The list of data sets (data/index.json) is broken: ';
  const changed = (change: (entry: Record<string, unknown>) => void): string => {
    const copy = JSON.parse(text) as { datasets: { mnist: Record<string, unknown> } };
    change(copy.datasets.mnist);
    return JSON.stringify(copy);
  };
  const files = (entry: Record<string, unknown>) => entry['files'] as Record<string, unknown>[];

  test.each([
    ['no JSON', '<!doctype html>', 'it begins with "<!doctype html>"; allowed is JSON.'],
    ['nothing', '', 'it begins with ""; allowed is JSON.'],
    ['null', 'null', 'the whole is null; allowed is an object with all its fields.'],
    ['a later version', '{"version":2,"datasets":{}}', 'version is 2; allowed is 1.'],
    [
      'no data set',
      '{"version":1,"datasets":{}}',
      'datasets.fashion-mnist is nothing; allowed is an object with all its fields.',
    ],
    [
      'an unknown field',
      changed((e) => (e['colour'] = 1)),
      'datasets.mnist.colour is an unknown field.',
    ],
    [
      'a missing field',
      changed((e) => delete e['title']),
      'datasets.mnist.title is nothing; allowed is an object with all its fields.',
    ],
    [
      'a count of 0',
      changed((e) => (e['counts'] = { train: 0, test: 1 })),
      'datasets.mnist.counts.train is 0; allowed is a whole number from 1 to 10000000.',
    ],
    [
      'a path for a name',
      changed((e) => Object.assign(files(e)[0] ?? {}, { name: '../x' })),
      'datasets.mnist.files.0.name is "../x"; allowed is a file name of letters, digits, dots, dashes and underscores.',
    ],
    [
      'a short checksum',
      changed((e) => Object.assign(files(e)[1] ?? {}, { sha256: 'ab' })),
      'datasets.mnist.files.1.sha256 is "ab"; allowed is 64 hexadecimal digits.',
    ],
    [
      'a huge file',
      changed((e) =>
        Object.assign(e, {
          counts: { train: 9e6, test: 1 },
          shape: { height: 1024, width: 1024, channels: 1 },
        }),
      ),
      'the images of mnist take 9437184000000 bytes; allowed are at most 2147483648.',
    ],
  ])('with %s is refused in one sentence', (_, json, sentence) => {
    expect(parseIndex(json)).toEqual({ ok: false, error: START + sentence });
  });

  test('without one of the four files is refused', () => {
    const parsed = parseIndex(changed((e) => files(e).pop()));
    expect(!parsed.ok && parsed.error).toContain('a list with one file for each of trainImages');
  });
});
