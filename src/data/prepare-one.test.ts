import { describe, expect, it } from 'vitest';
import { preprocess } from './dataset.ts';
import { prepare } from './prepare.ts';
import { prepareOne } from './prepare-one.ts';
import type { RawDataset } from './raw.ts';

const shape = { height: 4, width: 4, channels: 3 };
const inputs = 48;
const split = (count: number, salt: number) => ({
  count,
  images: Uint8Array.from({ length: count * inputs }, (_, i) => (i * i * 7 + salt * i) % 256),
  labels: new Uint8Array(count),
});
const raw: RawDataset = {
  ...{ id: 'cifar-10', title: 'Small', note: null, shape, inputs, classNames: ['a'] },
  ...{ train: split(40, 3), validation: split(10, 5), test: split(6, 11) },
};

describe('one more image', () => {
  for (const preprocessing of ['mean', 'symmetric', 'gcn', 'gcn-lcn', 'gcn-zca'] as const) {
    it(`becomes what an example of the same bytes became: ${preprocessing}`, async () => {
      const made = await prepare(raw, preprocessing);
      if (made === 'cancelled' || !made.ok) throw new Error('not prepared');
      const dataset = made.value;
      for (let n = 0; n < 6; n++) {
        const bytes = raw.test.images.slice(n * inputs, (n + 1) * inputs);
        const one = prepareOne(bytes, dataset);
        const example = preprocess(
          dataset.test.images.slice(n * inputs, (n + 1) * inputs),
          dataset,
        );
        if (!one.ok) throw new Error(one.error);
        const off = Math.max(...one.value.map((x, i) => Math.abs(x - (example[i] ?? NaN))));
        // Whitening adds up in another order before it rounds to halves of up to 16.
        expect(off).toBeLessThanOrEqual(preprocessing === 'gcn-zca' ? 0.02 : 0);
      }
    });
  }

  it('is refused in one sentence where the whitening was not kept', async () => {
    const made = await prepare(raw, 'gcn');
    if (made === 'cancelled' || !made.ok) throw new Error('not prepared');
    const preparation = { kind: 'whitening', scale: 55, zca: null } as const;
    const one = prepareOne(new Uint8Array(inputs), { ...made.value, preparation });
    expect(one).toMatchObject({ ok: false });
    expect(() => prepareOne(new Uint8Array(3), made.value)).toThrow('48');
  });
});
