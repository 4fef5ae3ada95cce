/** Every kind of file a person may bring, read as the page reads it. */
import { gzipSync, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import {
  csvText,
  decodePng,
  idxFile,
  labelOf,
  npy,
  numbersOf,
  pixelOf,
  raw,
  textBytes,
  textFile,
} from '../../testing/own-files.ts';
import { makePng } from '../../testing/png.ts';
import { matFile } from '../../testing/small-mat.ts';
import { type Choices, NO_CHOICES, type OwnData, type Reading } from './own-data.ts';
import { readOwn } from './read-own.ts';
import { memoryFile, type SourceFile } from './source.ts';

const read = (files: readonly SourceFile[], choices: Partial<Choices> = {}): Promise<Reading> =>
  readOwn(files, { ...NO_CHOICES, ...choices }, { decode: decodePng, onProgress: () => undefined });

async function good(
  files: readonly SourceFile[],
  choices: Partial<Choices> = {},
): Promise<OwnData> {
  const { result } = await read(files, choices);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

async function bad(files: readonly SourceFile[], choices: Partial<Choices> = {}): Promise<string> {
  const { result } = await read(files, choices);
  if (result.ok) throw new Error('was read');
  return result.error;
}

/** That these are `count` examples as `numbersOf` makes them, in order. */
function expectNumbers(data: OwnData, count: number, inputs: number, classes: number): void {
  const { pixels, labels } = numbersOf(count, inputs, classes);
  expect(data.count).toBe(count);
  expect(data.pixels).toEqual(pixels);
  expect(data.labels).toEqual(labels);
  expect(data.classNames).toHaveLength(classes);
}

const COUNT = 24;
const SIDE: number = 6;
const CLASSES = 3;
const INPUTS = SIDE * SIDE;
const DIMS = [COUNT, SIDE, SIDE];
const GREY = { height: SIDE, width: SIDE, channels: 1 };
const NUMBERS = numbersOf(COUNT, INPUTS, CLASSES);

describe('CSV', () => {
  const TEN = '0,1\n1,2\n'.repeat(5);

  test('with the label first, by its header', async () => {
    const data = await good([textFile('digits.csv', csvText(COUNT, INPUTS, CLASSES))]);
    expectNumbers(data, COUNT, INPUTS, CLASSES);
    expect(data).toMatchObject({ shape: GREY, name: 'digits', parts: null, notes: [] });
    expect(data.classNames).toEqual(['0', '1', '2']);
  });

  test('with the label last, no header, semicolons, and a mark of byte order', async () => {
    const rows = csvText(COUNT, INPUTS, CLASSES, false)
      .trim()
      .split('\n')
      .map((line) => {
        const [label, ...pixels] = line.split(',');
        return [...pixels, label].join(';');
      });
    const data = await good([textFile('digits.txt', `\ufeff${rows.join('\r\n')}\r\n\r\n`)]);
    expectNumbers(data, COUNT, INPUTS, CLASSES);
  });

  test('with labels in words and quotes, and columns that are no pixels', async () => {
    const rows = Array.from(
      { length: 12 },
      (_, n) =>
        `${n},"img ""${n}""",${n % 2 ? '"wolf, grey"' : 'sheep'}, ${(n * 20) / 255} ,0.5,1e-1,1`,
    );
    const text = [',file,label,a,b,c,d', ...rows].join('\n');
    const { result, questions } = await read([textFile('t.csv', text)]);
    if (!result.ok) throw new Error(result.error);
    expect(result.value.classNames).toEqual(['sheep', 'wolf, grey']);
    expect(result.value.shape).toEqual({ height: 2, width: 2, channels: 1 });
    expect([...result.value.pixels.subarray(4, 8)]).toEqual([20, 128, 26, 255]);
    expect(result.value.notes).toEqual(['Left out, as they hold no pixels: columns "", "file".']);
    expect(questions.label?.value).toBe('2');
    expect(questions.label?.options.map(({ text }) => text)).toContain('label (column 3)');
  });

  test('with the column and the shape that the person chose', async () => {
    const rows = Array.from({ length: 12 }, (_, n) => `${n % 2},1,2,3,4,5,6,${n % 3}`);
    const file = textFile('t.csv', rows.join('\n'));
    const first = await good([file], { label: '0', flat: { height: 1, width: 7, channels: 1 } });
    expect(first.classNames).toEqual(['0', '1']);
    const last = await good([file], { label: '7', flat: { height: 7, width: 1, channels: 1 } });
    expect(last).toMatchObject({
      classNames: ['0', '1', '2'],
      shape: { height: 7, width: 1, channels: 1 },
    });
    expect(await bad([file], { flat: { height: 2, width: 2, channels: 1 } })).toContain(
      'has 7 numbers an example; 2 x 2 x 1 takes 4',
    );
  });

  test('with colours by pixels or by planes', async () => {
    const rows = Array.from({ length: 10 }, (_, n) => [n % 2, ...Array(12).keys()].join(','));
    const file = textFile('t.csv', rows.join('\n'));
    const pixels = await good([file], { order: 'pixels' });
    expect(pixels.shape).toEqual({ height: 2, width: 2, channels: 3 });
    expect([...pixels.pixels.subarray(0, 6)]).toEqual([0, 1, 2, 3, 4, 5]);
    const planes = await good([file], { order: 'planes' });
    expect([...planes.pixels.subarray(0, 6)]).toEqual([0, 4, 8, 1, 5, 9]);
  });

  test('in two tables, for training and for testing', async () => {
    const data = await good([
      textFile('x_test.csv', csvText(10, 4, 2)),
      textFile('x_train.csv', csvText(20, 4, 2)),
    ]);
    expect(data.parts).toEqual({ train: 20, validation: 0, test: 10 });
    expect(data.labels.slice(0, 4)).toEqual(Uint8Array.of(0, 1, 0, 1));
  });

  test.each([
    ['', 'is empty'],
    ['only one column\n1\n2\n', 'has only one column'],
    [`label,a\n${TEN}1,x\n`, 'row 12, column 2 is "x"; allowed are numbers from 0 to 255'],
    [`label,a\n${TEN}1,\n`, 'row 12, column 2 is empty'],
    [`label,a\n${TEN}1,2,3\n`, 'row 12 has more than 2 cells; its first row has 2'],
    [`label,a\n${TEN}1\n`, 'row 12 has one cell; its first row has 2'],
    [`label,a\n${TEN}1,"2\n`, 'row 12, column 2 has a quote that is not closed'],
    [csvText(9, 4, 2), 'has 9 examples; allowed are 10 to 200000'],
    [csvText(12, 4, 1), 'has only one label, "0"'],
    [csvText(12, 4, 2).replace(/,\d+\n$/, ',300\n'), 'pixel values from 0 to 300'],
  ])('says what is wrong with %j', async (text, sentence) => {
    expect(await bad([textFile('t.csv', text)])).toContain(sentence);
  });
});

describe('NumPy', () => {
  const zip = (members: Record<string, Uint8Array>) =>
    memoryFile('set.npz', new Uint8Array(zipSync(members)));

  test('archives with images and labels', async () => {
    const data = await good([
      zip({
        'x.npy': npy('|u1', DIMS, NUMBERS.pixels),
        'y.npy': npy('<i8', [COUNT], raw(BigInt64Array.from(NUMBERS.labels, BigInt))),
      }),
    ]);
    expectNumbers(data, COUNT, INPUTS, CLASSES);
    expect(data).toMatchObject({ shape: GREY, name: 'set', parts: null });
  });

  test('floats 0..1, flat rows, labels as texts', async () => {
    const words = ['ape', 'bee', 'cat'];
    const texts = new Uint8Array(COUNT * 12);
    NUMBERS.labels.forEach((label, n) => {
      texts.set(raw(Int32Array.from(textBytes(words[label] ?? ''))), n * 12);
    });
    const floats = Float32Array.from(NUMBERS.pixels, (pixel) => pixel / 255);
    const data = await good([
      zip({
        'images.npy': npy('<f4', [COUNT, INPUTS], raw(floats)),
        'labels.npy': npy('<U3', [COUNT], texts),
      }),
    ]);
    expectNumbers(data, COUNT, INPUTS, CLASSES);
    expect(data.classNames).toEqual(words);
  });

  test('in parts, with labels as a column or as rows with a single 1, by columns', async () => {
    const parts = [
      ['train', 12],
      ['val', 2],
      ['test', 10],
    ] as const;
    const members: Record<string, Uint8Array> = {};
    let start = 0;
    for (const [part, count] of parts) {
      // Column by column: the first index runs fastest.
      const body = new Uint8Array(count * INPUTS);
      const hot = new Uint8Array(count * CLASSES);
      for (let n = 0; n < count; n++) {
        for (let y = 0; y < SIDE; y++) {
          for (let x = 0; x < SIDE; x++) {
            body[n + count * (y + SIDE * x)] = pixelOf(start + n, y * SIDE + x, CLASSES);
          }
        }
        hot[n * CLASSES + labelOf(start + n, CLASSES)] = 1;
      }
      members[`${part}_images.npy`] = npy('|u1', [count, SIDE, SIDE], body, true);
      members[`${part}_labels.npy`] = npy('|u1', [count, CLASSES], hot);
      start += count;
    }
    const data = await good([zip(members)]);
    expectNumbers(data, COUNT, INPUTS, CLASSES);
    expect(data.parts).toEqual({ train: 12, validation: 2, test: 10 });
  });

  test('arrays in files of their own', async () => {
    const data = await good([
      memoryFile('d/x.npy', npy('|u1', DIMS, NUMBERS.pixels)),
      memoryFile('d/y.npy', npy('|u1', [COUNT, 1], NUMBERS.labels)),
    ]);
    expectNumbers(data, COUNT, INPUTS, CLASSES);
    expect(data.name).toBe('d');
  });

  const images = npy('|u1', DIMS, NUMBERS.pixels);
  const labels = npy('|u1', [COUNT], NUMBERS.labels);
  test.each<[string, Record<string, Uint8Array>, string]>([
    ['no labels', { 'x.npy': images }, 'has no array of labels'],
    [
      'two of images',
      { 'a.npy': images, 'b.npy': images, 'y.npy': labels },
      'no array of examples',
    ],
    [
      'counts that differ',
      { 'x.npy': images, 'y.npy': npy('|u1', [3], NUMBERS.labels.subarray(0, 3)) },
      'but 3 labels',
    ],
    ['objects', { 'x.npy': npy('|O8', DIMS, images), 'y.npy': labels }, 'values of type "|O8"'],
    [
      'a short body',
      { 'x.npy': images.subarray(0, -1), 'y.npy': labels },
      'is cut off or too long',
    ],
    [
      'too many dimensions',
      { 'x.npy': npy('|u1', [COUNT, 1, 1, 6, 6], NUMBERS.pixels), 'y.npy': labels },
      'allowed are count x height x width',
    ],
    [
      'sizes beyond bounds',
      { 'x.npy': npy('|u1', [2 ** 40, 28, 28], NUMBERS.pixels), 'y.npy': labels },
      'is cut off or too long',
    ],
  ])('with %s get a sentence', async (_, members, sentence) => {
    const error = await bad([zip(members)]);
    expect(error).toContain(sentence);
    expect(error).toMatch(/\.$/);
  });
});

describe('IDX', () => {
  const images = (count: number, start = 0) =>
    idxFile([count, SIDE, SIDE], NUMBERS.pixels.subarray(start * INPUTS, (start + count) * INPUTS));
  const labels = (count: number, start = 0) =>
    idxFile([count], NUMBERS.labels.subarray(start, start + count));

  test('pairs, packed or not, with their test files', async () => {
    const data = await good([
      memoryFile('t10k-labels-idx1-ubyte', labels(10, 14)),
      memoryFile('train-images-idx3-ubyte.gz', new Uint8Array(gzipSync(images(14)))),
      memoryFile('t10k-images-idx3-ubyte.gz', new Uint8Array(gzipSync(images(10, 14)))),
      memoryFile('train-labels-idx1-ubyte', labels(14)),
    ]);
    expectNumbers(data, COUNT, INPUTS, CLASSES);
    expect(data.parts).toEqual({ train: 14, validation: 0, test: 10 });
  });

  test('one without the other, or a file cut off, get a sentence', async () => {
    expect(await bad([memoryFile('a-images', images(14))])).toContain('no array of labels');
    const cut = images(14).subarray(0, 200);
    expect(await bad([memoryFile('a', cut), memoryFile('b', labels(14))])).toContain(
      '"a" is too short: 14 x 6 x 6 values take exactly 520 bytes, and it has 200',
    );
    const broken = new Uint8Array(gzipSync(images(14))).subarray(0, 60);
    expect(await bad([memoryFile('a.gz', broken)])).toContain('does not unpack');
  });
});

describe('CIFAR', () => {
  const record = 3073;
  const file = (count: number, coarse = false) => {
    const size = coarse ? record + 1 : record;
    const bytes = new Uint8Array(count * size);
    for (let n = 0; n < count; n++) {
      bytes[n * size + size - record] = n % 10;
      // Red, green and blue planes of 10, 20, 30 and the example's number.
      for (const [k, value] of [10, 20, 30].entries()) {
        const start = n * size + size - 3072 + 1024 * k;
        bytes.fill(value + n, start, start + 1024);
      }
    }
    return bytes;
  };

  test('records, with names for the classes, in parts', async () => {
    const names = 'airplane automobile bird cat deer dog frog horse ship truck';
    const data = await good([
      memoryFile('c/test_batch.bin', file(10)),
      memoryFile('c/data_batch_1.bin', file(20)),
      textFile('c/batches.meta.txt', `${names.replaceAll(' ', '\n')}\n\n`),
    ]);
    expect(data).toMatchObject({
      count: 30,
      shape: { height: 32, width: 32, channels: 3 },
      parts: { train: 20, validation: 0, test: 10 },
      notes: [],
    });
    expect(data.classNames).toEqual(names.split(' '));
    expect([...data.pixels.subarray(3072 * 3, 3072 * 3 + 6)]).toEqual([13, 23, 33, 13, 23, 33]);
    expect([...data.labels.subarray(0, 3)]).toEqual([0, 1, 2]);
  });

  test('of a hundred classes have a coarse label before the fine one', async () => {
    const data = await good([memoryFile('train.bin', file(20, true))]);
    expect(data.classNames).toHaveLength(10);
    expect([...data.pixels.subarray(0, 3)]).toEqual([10, 20, 30]);
  });

  test('made grey and small, as the person chose', async () => {
    const data = await good([memoryFile('data_batch_1.bin', file(20))], {
      colour: 'grey',
      size: { height: 8, width: 8 },
    });
    expect(data.shape).toEqual({ height: 8, width: 8, channels: 1 });
    expect(data.pixels.length).toBe(20 * 64);
    expect(data.pixels[64]).toBe(Math.round(0.299 * 11 + 0.587 * 21 + 0.114 * 31));
  });
});

describe('MATLAB', () => {
  /** [H, W, C, N] by columns. */
  const byColumns = (count: number, channels: number) => {
    const values = new Uint8Array(count * INPUTS * channels);
    for (let n = 0; n < count; n++) {
      for (let j = 0; j < INPUTS * channels; j++) {
        const k = j % channels;
        const x = Math.floor(j / channels) % SIDE;
        const y = Math.floor(j / channels / SIDE);
        values[y + SIDE * (x + SIDE * (k + channels * n))] = pixelOf(n, j, CLASSES);
      }
    }
    return values;
  };
  const labels = Array.from({ length: COUNT }, (_, n) => labelOf(n, CLASSES));

  test('arrays with the examples last, in colour, or grey without a third dimension', async () => {
    const colour = await good([
      memoryFile(
        'set.mat',
        matFile([
          { name: 'X', dims: [SIDE, SIDE, 3, COUNT], values: byColumns(COUNT, 3) },
          { name: 'y', dims: [COUNT, 1], values: labels },
        ]),
      ),
    ]);
    expectNumbers(colour, COUNT, 3 * INPUTS, CLASSES);
    const grey = await good([
      memoryFile(
        'set.mat',
        matFile([
          { name: 'images', dims: [SIDE, SIDE, COUNT], values: byColumns(COUNT, 1) },
          { name: 'labels', dims: [1, COUNT], values: labels, kind: 6, storage: 9 },
        ]),
      ),
    ]);
    expectNumbers(grey, COUNT, INPUTS, CLASSES);
  });

  test('arrays with an example a row, in files of their own for training and testing', async () => {
    const rows = (start: number, count: number) => {
      const values = new Uint8Array(count * INPUTS);
      for (let n = 0; n < count; n++) {
        for (let j = 0; j < INPUTS; j++) values[n + count * j] = pixelOf(start + n, j, CLASSES);
      }
      return matFile([
        { name: 'x', dims: [count, INPUTS], values },
        { name: 'y', dims: [count, 1], values: labels.slice(start, start + count) },
      ]);
    };
    const data = await good([
      memoryFile('d/test.mat', rows(14, 10)),
      memoryFile('d/train.mat', rows(0, 14)),
    ]);
    expectNumbers(data, COUNT, INPUTS, CLASSES);
    expect(data.parts).toEqual({ train: 14, validation: 0, test: 10 });
  });

  test('the label 10 of SVHN is the digit 0', async () => {
    const data = await good([
      memoryFile(
        'train_32x32.mat',
        matFile([
          { name: 'X', dims: [32, 32, 3, 20], values: new Uint8Array(3072 * 20) },
          { name: 'y', dims: [20, 1], values: Array.from({ length: 20 }, (_, n) => 1 + (n % 10)) },
        ]),
      ),
    ]);
    expect(data.classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect([...data.labels.subarray(8, 11)]).toEqual([9, 0, 1]);
    expect(data.notes).toEqual(['The label 10 is read as the digit 0, as SVHN has it.']);
  });
});

describe('pictures', () => {
  const png = (n: number, height: number, width: number, channels: 1 | 3 | 4 = 1) =>
    makePng(
      height,
      width,
      channels,
      Array.from({ length: height * width * channels }, (_, j) => pixelOf(n, j, 2)),
    );
  const folder = (count: number, height = SIDE, width = SIDE, channels: 1 | 3 | 4 = 1) =>
    Array.from(
      { length: count },
      (_, n) =>
        [`pets/${n % 2 ? 'dogs' : 'cats'}/${n}.png`, png(n, height, width, channels)] as const,
    );
  const files = (list: readonly (readonly [string, Uint8Array<ArrayBuffer>])[]) =>
    list.map(([path, bytes]) => memoryFile(path, bytes));

  test('in folders by class, grey where all are grey', async () => {
    const { result, questions } = await read([
      ...files(folder(12)),
      textFile('pets/README.md', 'about'),
      textFile('pets/.DS_Store', 'x'),
    ]);
    if (!result.ok) throw new Error(result.error);
    const data = result.value;
    expect(data).toMatchObject({ name: 'pets', shape: GREY, count: 12 });
    expect(data.classNames).toEqual(['cats', 'dogs']);
    // By path: all cats first, 10 after 8.
    expect([...data.labels]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    expect(data.pixels[5 * INPUTS]).toBe(pixelOf(10, 0, 2));
    expect(data.notes).toEqual(['Left out, being no part of the data: "pets/README.md".']);
    expect(questions).toMatchObject({
      size: { found: 'All pictures are 6 x 6.', differ: false },
      colour: { value: 'grey' },
    });
  });

  test('in a zip, in colour, for training and testing', async () => {
    const members = Object.fromEntries(
      folder(20, 4, 5, 3).map(([path, bytes], n) => [
        path.replace('pets/', n < 10 ? 'train/' : 'test/'),
        bytes,
      ]),
    );
    const data = await good([memoryFile('pets.zip', new Uint8Array(zipSync(members)))]);
    expect(data).toMatchObject({
      name: 'pets',
      shape: { height: 4, width: 5, channels: 3 },
      parts: { train: 10, validation: 0, test: 10 },
    });
    expect([...data.pixels.subarray(0, 60)]).toEqual(
      Array.from({ length: 60 }, (_, j) => pixelOf(0, j, 2)),
    );
  });

  test('of several sizes become the one most have, or 32 x 32, or what was chosen', async () => {
    const mixed = [...folder(11), ['pets/cats/x.png', png(0, 9, 20)] as const];
    const { result, questions } = await read(files(mixed));
    if (!result.ok) throw new Error(result.error);
    expect(result.value.shape).toEqual(GREY);
    expect(questions.size).toEqual({
      found: 'The pictures have 2 sizes, from 6 x 6 to 9 x 20; 11 of 12 are 6 x 6.',
      value: { height: 6, width: 6 },
      differ: true,
    });
    const all = Array.from({ length: 10 }, (_, n) => {
      return [`p/${n % 2}/${n}.png`, png(n, n + 3, 7)] as const;
    });
    const usual = await good(files(all));
    expect(usual.shape).toEqual({ height: 32, width: 32, channels: 1 });
    const chosen = await good(files(all), {
      size: { height: 5, width: 9 },
      colour: 'colour',
      fit: 'crop',
    });
    expect(chosen.shape).toEqual({ height: 5, width: 9, channels: 3 });
  });

  test('that cannot be read get their sentence', async () => {
    const twelve = files(folder(12));
    const flat = twelve.map((file) => ({ ...file, path: file.path.replace(/.*\//, '') }));
    expect(await bad(flat)).toContain('allowed is a folder for each class');
    const noPicture = memoryFile('pets/cats/z.png', textBytes('not a picture'));
    expect(await bad([...twelve, noPicture])).toContain(
      '"pets/cats/z.png" is no picture that can be read here',
    );
    const [, first] = folder(12)[0] ?? ['', new Uint8Array(0)];
    const cut = memoryFile('pets/cats/z.png', first.subarray(0, 50));
    expect(await bad([...twelve, cut])).toContain('"pets/cats/z.png" is damaged or cut off');
    const huge = first.slice();
    new DataView(huge.buffer).setUint32(16, 2 ** 31);
    expect(await bad([...twelve, memoryFile('pets/cats/z.png', huge)])).toContain(
      'allowed are sides up to 16384',
    );
    expect(await bad(twelve.slice(0, 6))).toContain('has 6 pictures; allowed are 10 to 200000');
    expect(await bad(twelve, { size: { height: 300, width: 3 } })).toContain('sides from 1 to 256');
  });
});

describe('Parquet', () => {
  const rows = Array.from({ length: 12 }, (_, n) => ({
    image: {
      bytes: makePng(2, 2, 1, [n, n + 1, n + 2, n + 3]),
      path: `${n}.png`,
    },
    label: BigInt(n % 2),
  }));
  const metadata = [
    {
      key: 'huggingface',
      value: JSON.stringify({
        info: {
          features: {
            image: { _type: 'Image' },
            label: { names: ['zebra', 'ant'], _type: 'ClassLabel' },
          },
        },
      }),
    },
  ];
  const file = (kvMetadata?: { key: string; value: string }[]) =>
    new Uint8Array(
      parquetWriteBuffer({
        schema: [
          { name: 'schema', num_children: 2 },
          { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
          { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          {
            name: 'path',
            type: 'BYTE_ARRAY',
            converted_type: 'UTF8',
            repetition_type: 'OPTIONAL',
          },
          { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
        ],
        columnData: [
          { name: 'image', data: rows.map(({ image }) => image) },
          { name: 'label', data: rows.map(({ label }) => label) },
        ],
        rowGroupSize: 5,
        ...(kvMetadata && { kvMetadata }),
      }),
    );

  test('with the classes named in its metadata, in their order', async () => {
    const { result, questions } = await read([memoryFile('train.parquet', file(metadata))]);
    if (!result.ok) throw new Error(result.error);
    expect(result.value).toMatchObject({
      count: 12,
      shape: { height: 2, width: 2, channels: 1 },
      classNames: ['zebra', 'ant'],
      parts: null,
    });
    expect([...result.value.labels.subarray(0, 3)]).toEqual([0, 1, 0]);
    expect([...result.value.pixels.subarray(4, 8)]).toEqual([1, 2, 3, 4]);
    expect(questions.label).toEqual({
      value: 'label',
      options: [{ value: 'label', text: 'label' }],
    });
  });

  test('without names has numbers', async () => {
    const data = await good([memoryFile('train.parquet', file())]);
    expect(data.classNames).toEqual(['0', '1']);
  });

  test('with lists for labels, or stored in a way that is not read, gets a sentence', async () => {
    const images = { name: 'image', data: rows.map(({ image }) => image.bytes) };
    const lists = parquetWriteBuffer({
      schema: [
        { name: 'schema', num_children: 2 },
        { name: 'image', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' },
        { name: 'label', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
      ],
      columnData: [images, { name: 'label', data: rows.map(() => [1, 2]) }],
    });
    expect(await bad([memoryFile('a.parquet', new Uint8Array(lists))])).toContain(
      'has the columns "image", "label"; allowed is one of labels',
    );
    const delta = parquetWriteBuffer({
      schema: [
        { name: 'schema', num_children: 2 },
        { name: 'image', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' },
        { name: 'label', type: 'INT32', repetition_type: 'REQUIRED' },
      ],
      columnData: [
        images,
        { name: 'label', data: rows.map((_, n) => n % 2), encoding: 'DELTA_BINARY_PACKED' },
      ],
    });
    expect(await bad([memoryFile('a.parquet', new Uint8Array(delta))])).toContain(
      'stores its column "label" as DELTA_BINARY_PACKED',
    );
  });

  test('cut off or without images gets a sentence', async () => {
    const whole = file();
    expect(await bad([memoryFile('a.parquet', whole.subarray(0, -9))])).toContain(
      'does not read as a Parquet file',
    );
    const plain = new Uint8Array(
      parquetWriteBuffer({ columnData: [{ name: 'label', data: [1, 2, 3] }] }),
    );
    expect(await bad([memoryFile('a.parquet', plain)])).toContain(
      'has the columns "label"; allowed is one of images',
    );
  });
});

describe('what is nothing of these', () => {
  test.each<[string, SourceFile[], string]>([
    ['no files', [], 'There is nothing here to read'],
    ['only files that systems leave', [textFile('a/.DS_Store', 'x')], 'nothing here to read'],
    ['an empty file', [textFile('x', '')], '"x" is empty'],
    ['a document', [textFile('x.pdf', '%PDF-1.7')], 'is of no kind that can be read here'],
    ['HDF5', [memoryFile('x.mat', textBytes('MATLAB 7.3 MAT-file'))], 'is an HDF5 file'],
    [
      'several kinds',
      [textFile('x.csv', 'a,b'), memoryFile('y.npy', npy('|u1', [1], Uint8Array.of(1)))],
      'holds NumPy arrays and tables; allowed is one kind at a time',
    ],
  ])('%s', async (_, files, sentence) => {
    expect(await bad(files)).toContain(sentence);
  });

  test('a file that has gone is said to have', async () => {
    const gone: SourceFile = {
      path: 'gone.csv',
      size: 10,
      read: () => Promise.reject(new Error('NotReadableError')),
    };
    expect(await bad([gone])).toContain('"gone.csv" could not be read');
  });

  test('a file beyond the limit is not read at all', async () => {
    const huge: SourceFile = {
      path: 'huge.csv',
      size: 2 ** 40,
      read: (start, end) => Promise.resolve(new Uint8Array(end - start).fill(0x31)),
    };
    expect(await bad([huge])).toContain('allowed are at most 1073741824');
  });
});
