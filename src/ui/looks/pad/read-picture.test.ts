import { describe, expect, it } from 'vitest';
import { makePng } from '../../../testing/png.ts';
import { PICTURE_LIMITS, readPicture } from './read-picture.ts';

const bitmap = {} as ImageBitmap;
const decode = () => Promise.resolve(bitmap);
const sentence = async (bytes: Uint8Array<ArrayBuffer>, how = decode) => {
  const read = await readPicture(new File([bytes], 'x.png'), how);
  return read.ok ? null : read.error;
};
const PNG = makePng(2, 2, 1, [7, 7, 7, 7]);

describe('a picture file', () => {
  it('is decoded where its header holds', async () => {
    expect(await readPicture(new File([PNG], 'x.png'), decode)).toEqual({
      ok: true,
      value: bitmap,
    });
  });

  it('is refused in one sentence otherwise, before anything is decoded', async () => {
    const never = () => Promise.reject(new Error('decoded'));
    expect(await sentence(new TextEncoder().encode('<svg/>'), never)).toMatch(/no picture/);
    expect(await sentence(new Uint8Array(0), never)).toMatch(/no picture/);
    const huge = PNG.slice();
    new DataView(huge.buffer).setUint32(16, 100_000);
    new DataView(huge.buffer).setUint32(20, 100_000);
    expect(await sentence(huge, never)).toMatch(/100000 x 100000/);
    const long = new File([PNG], 'x.png');
    Object.defineProperty(long, 'size', { value: PICTURE_LIMITS.bytes + 1 });
    const read = await readPicture(long, never);
    expect(read.ok ? '' : read.error).toMatch(/at most 20000000/);
    expect(await sentence(PNG, never)).toMatch(/damaged/);
  });
});
