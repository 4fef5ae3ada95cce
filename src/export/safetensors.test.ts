/** The safetensors format: as specified, there and back, and whatever else a file may hold. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenFile, SENTENCE } from '../testing/fuzz.ts';
import {
  type FileTensor,
  readSafetensors,
  type SafeTensors,
  writeSafetensors,
} from './safetensors.ts';

const text = (content: string) => new TextEncoder().encode(content);

/** A file by hand: a header as it stands, and so many bytes behind it. */
function fileOf(header: string, body = 0, length?: bigint): Uint8Array<ArrayBuffer> {
  const json = text(header);
  const bytes = new Uint8Array(8 + json.length + body);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const sentence = (bytes: Uint8Array<ArrayBuffer>): string => {
  const read = readSafetensors(bytes, 'x.safetensors');
  if (read.ok) throw new Error('this was to be refused');
  expect(read.error).toMatch(SENTENCE);
  return read.error;
};

const sample: SafeTensors = {
  metadata: new Map([
    ['format', 'a test'],
    ['__proto__', 'a text like others'],
  ]),
  tensors: new Map<string, FileTensor>([
    ['bytes', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ['w', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(-1.5, 0, 1e-40, Infinity) }],
    ['bits', { dtype: 'U32', shape: [1, 1], data: Uint32Array.of(0x80000001) }],
    ['none', { dtype: 'F32', shape: [0, 7], data: new Float32Array() }],
    ['one', { dtype: 'F32', shape: [], data: Float32Array.of(3) }],
  ]),
};

describe('a file', () => {
  test('has the bytes that the format says', () => {
    const data = Float32Array.of(1, -2);
    const bytes = writeSafetensors({
      metadata: new Map(),
      tensors: new Map([['a', { dtype: 'F32', shape: [2], data }]]),
    });
    const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.padEnd(56);
    const numbers = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
    expect([...bytes]).toEqual([56, 0, 0, 0, 0, 0, 0, 0, ...text(header), ...numbers]);
  });

  test('is read as it was written', () => {
    const read = readSafetensors(writeSafetensors(sample), 'x.safetensors');
    expect(read).toEqual({ ok: true, value: sample });
  });

  test('is read wherever it lies in its buffer, however long its header', () => {
    for (const pad of [0, 1, 2, 3]) {
      const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}' + ' '.repeat(pad);
      const whole = new Uint8Array(100 + pad).fill(7);
      const bytes = fileOf(header, 8);
      bytes.set([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], bytes.length - 8);
      whole.set(bytes, 3);
      const read = readSafetensors(whole.subarray(3, 3 + bytes.length), 'x.safetensors');
      expect(read.ok && read.value.tensors.get('a')?.data).toEqual(Float32Array.of(1, -2));
    }
  });
});

describe('a file is refused with a sentence where', () => {
  const one = (fields: string) => `{"a":{${fields}}}`;
  const good = '"dtype":"F32","shape":[2],"data_offsets":[0,8]';
  const cases: readonly (readonly [string, Uint8Array<ArrayBuffer>, RegExp])[] = [
    ['it is empty', new Uint8Array(), /has no header/],
    ['its header is longer than it is', fileOf('{}', 0, 3n), /says its header has 3 bytes/],
    ['its header is huge', fileOf('{}', 0, 2n ** 63n), /header has 9223372036854775808 bytes/],
    ['its header begins with a space', fileOf(' {}'), /has no header/],
    ['its header is no JSON', fileOf('{"a"'), /is not JSON/],
    [
      'its header is no UTF-8',
      fileOf('{"a":0}').map((byte, i) => (i === 10 ? 0xff : byte)),
      /is not JSON/,
    ],
    ['a tensor is no object', fileOf('{"a":3}'), /"a" is described by no object/],
    ['a tensor has no name', fileOf('{"":{}}'), /name of 0 characters/],
    [
      'a type is not known',
      fileOf(one('"dtype":"F64"')),
      /of type "F64"; allowed are F32, U32, U8/,
    ],
    ['a shape is none', fileOf(one('"dtype":"F32","shape":[1.5]')), /no shape of whole numbers/],
    ['a shape is negative', fileOf(one('"dtype":"F32","shape":[-1]')), /no shape/],
    ['a shape is too deep', fileOf(one(`"dtype":"F32","shape":[${'1,'.repeat(8)}1]`)), /at most 8/],
    ['offsets are missing', fileOf(one('"dtype":"F32","shape":[2]')), /no data_offsets/],
    ['a field is not known', fileOf(one(`${good},"more":1`), 8), /unknown field "more"/],
    [
      'offsets and shape differ',
      fileOf(one('"dtype":"F32","shape":[3],"data_offsets":[0,8]'), 8),
      /takes 12 bytes; its data_offsets say 0 to 8/,
    ],
    [
      'a product overflows',
      fileOf(one('"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]')),
      /takes 73786976294838210000 bytes/,
    ],
    [
      'offsets run backwards',
      fileOf(one('"dtype":"F32","shape":[2],"data_offsets":[8,0]')),
      /takes/,
    ],
    ['it is cut off', fileOf(one(good), 7), /cut off or too long: its tensors take 8 bytes/],
    ['it is too long', fileOf(one(good), 9), /too long/],
    [
      'tensors overlap',
      fileOf(`{"a":{${good}},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, 12),
      /"b" begins at byte 4; allowed is 8/,
    ],
    [
      'there is a gap',
      fileOf(`{"a":{${good}},"b":{"dtype":"U8","shape":[1],"data_offsets":[9,10]}}`, 10),
      /"b" begins at byte 9/,
    ],
    ['metadata are no texts', fileOf('{"__metadata__":{"a":1}}'), /texts only/],
    ['metadata are a list', fileOf('{"__metadata__":["a"]}'), /texts only/],
  ];
  for (const [name, bytes, wanted] of cases) {
    test(name, () => {
      expect(sentence(bytes)).toMatch(wanted);
    });
  }
});

test('broken files are read or refused, and take no more than they have', () => {
  const file = writeSafetensors(sample);
  let read = 0;
  fc.assert(
    fc.property(brokenFile(file), (bytes) => {
      const result = readSafetensors(bytes, 'x.safetensors');
      if (!result.ok) {
        expect(result.error).toMatch(SENTENCE);
        return;
      }
      read += 1;
      const { tensors } = result.value;
      const taken = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
      expect(taken).toBeLessThanOrEqual(bytes.length);
    }),
    { seed: 21, numRuns: 2000 },
  );
  // Numbers may be any.
  expect(read).toBeGreaterThan(50);
});
