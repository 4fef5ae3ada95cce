import { expect, test } from 'vitest';
import { smallSets } from '../testing/small-data.ts';
import { filesIn, parseContents, parseSplit, wholeContents } from './contents-file.ts';

const entry = smallSets().index.svhn;
const sum = 'a'.repeat(64);
const part = {
  version: 1,
  kind: 'part',
  of: 'train',
  from: 'train_part.mat',
  file: { name: 'part.mat', bytes: 10, sha256: sum },
  split: [8, 1, 1],
};

test('what is written is read again', () => {
  for (const contents of [part, wholeContents(entry, true), wholeContents(entry, false)]) {
    expect(parseContents(JSON.stringify(contents), 'x')).toEqual({ ok: true, value: contents });
  }
});

test('names the files to read, with the sums of the copies there', () => {
  const whole = parseContents(JSON.stringify(wholeContents(entry, false)), 'x');
  const files = whole.ok ? filesIn(whole.value, entry) : [];
  expect(files.map(({ role }) => role)).toEqual(['train', 'test']);
  const read = parseContents(JSON.stringify(part), 'x');
  expect(read.ok && filesIn(read.value, entry)).toEqual([
    { role: 'train', name: 'part.mat', bytes: 10, sha256: sum, contentSha256: sum },
  ]);
});

test.each([
  ['no JSON', '<html>'],
  ['nothing of the kind', '{}'],
  ['a later version', JSON.stringify({ ...part, version: 2 })],
  ['a path', JSON.stringify({ ...part, file: { ...part.file, name: '../x.mat' } })],
  ['an empty split', JSON.stringify({ ...part, split: [10, 0, 0] })],
  ['an unknown field', JSON.stringify({ ...part, more: 1 })],
])('%s is refused', (_, json) => {
  expect(parseContents(json, 'svhn/contents.json')).toEqual({
    ok: false,
    error: 'svhn/contents.json is broken; "npm run data -- svhn" writes it anew.',
  });
});

test('a whole set without its test file is refused', () => {
  const { files } = wholeContents(entry, false) as { files: unknown[] };
  const json = JSON.stringify({ version: 1, kind: 'whole', files: files.slice(0, 1) });
  expect(parseContents(json, 'x')).toHaveProperty('error', expect.stringMatching(/lacks a file/));
});

test.each([
  ['881,101,101', [881, 101, 101]],
  [' 5, 3, 2 ', [5, 3, 2]],
  ['80%,10%,10%', [867, 108, 108]],
  ['33.4%,33.3%,33.3%', [363, 360, 360]],
  ['50%,10%,10%', [541, 108, 108]],
])('the split %j of 1,083', (text, split) => {
  expect(parseSplit(text, 1083)).toEqual({ ok: true, value: split });
});

test.each([
  '',
  '5',
  '5,3',
  '5,3,2,1',
  '5,3,x',
  '5,3,0',
  '-5,3,2',
  '80%,10%,20%',
  '80%,10,10',
  '1e3,1,1',
  '1000,80,4',
])('the split %j is refused', (text) => {
  expect(parseSplit(text, 1083)).toEqual({
    ok: false,
    error: `--split is "${text}"; allowed are three numbers of images for training, validation and test such as 867,108,108, of 1,083 in all, or three shares such as 80%,10%,10%.`,
  });
});
