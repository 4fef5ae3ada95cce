/** Files broken in many ways, the same ways every time. */
import fc from 'fast-check';

/** A file cut short, with a bit flipped, with a few bytes overwritten, or with a number made huge. */
export const brokenFile = (good: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> => {
  const position = fc.nat({ max: Math.max(0, good.length - 1) });
  const changed = (change: (bytes: Uint8Array<ArrayBuffer>) => void) => {
    const bytes = new Uint8Array(good);
    change(bytes);
    return bytes;
  };
  return fc.oneof(
    position.map((end) => new Uint8Array(good.slice(0, end))),
    fc.tuple(position, fc.nat({ max: 7 })).map(([at, bit]) =>
      changed((bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      }),
    ),
    fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 12 })).map(([at, patch]) =>
      changed((bytes) => {
        bytes.set(patch.subarray(0, bytes.length - at), at);
      }),
    ),
    position.map((at) => changed((bytes) => bytes.fill(0xff, at, at + 4))),
  );
};

/** One sentence: a single line that ends in a full stop and is of a readable length. */
export const SENTENCE = /^[^\n]{10,400}[^.\n]\.$/;
