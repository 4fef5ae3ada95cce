/** A recorded run as a file: it comes back as it was, and a damaged one is a sentence. */
import { readFileSync } from 'node:fs';
import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENTENCE } from '../testing/fuzz.ts';
import { MAX_RECORDING, readRecording, writeRecording } from './recording.ts';

const shipped = new Uint8Array(readFileSync('public/recorded.bin'));

describe('a recorded run', () => {
  it('that ships with the page is read, and has curves, histograms and signs at every moment', () => {
    expect(shipped.length).toBeLessThan(MAX_RECORDING);
    const read = readRecording(shipped);
    if (!read.ok) throw new Error(read.error);
    const { opened, frames, epochs } = read.value;
    expect(opened.data.title).toBe('Fashion-MNIST');
    expect(frames[0]?.step).toBe(0);
    let next = 0;
    for (const { steps, step, probes } of frames) {
      expect(steps.first).toBe(next);
      next = step;
      expect(probes.map(({ bits }) => bits.length)).toEqual(
        opened.layers.map(({ I, O }) => I * Math.ceil(O / 32)),
      );
      const counted = probes.map(({ histogram }) => histogram.reduce((a, b) => a + b, 0));
      expect(counted).toEqual(opened.layers.map(({ I, O }) => I * O));
    }
    expect(next).toBe(opened.stepsPerEpoch * opened.run.spec.epochs);
    expect(epochs.at(-1)?.testError.binary).toBeLessThan(20);
  });

  it('comes back as it was written', () => {
    const read = readRecording(shipped);
    if (!read.ok) throw new Error(read.error);
    expect(readRecording(writeRecording(read.value))).toEqual(read);
  });

  it.each([
    [new Uint8Array(), /damaged or cut off/],
    [shipped.slice(0, shipped.length >> 1), /damaged or cut off|bytes of numbers|its head/],
    [new Uint8Array(MAX_RECORDING + 1), /300001 bytes long/],
    [deflateSync(new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0])), /newer version .* version is 2, /],
    [deflateSync(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0])), /version 0, which is unknown/],
    [deflateSync(new Uint8Array([1, 0, 0, 0, 255, 255, 255, 255])), /ends within its head/],
    // More than any recording unpacks to.
    [deflateSync(new Uint8Array(1 << 23)), /damaged or cut off/],
  ])('that is none gives one sentence (%#)', (file, sentence) => {
    const read = readRecording(new Uint8Array(file));
    if (read.ok) throw new Error('was read');
    expect(read.error).toMatch(sentence);
    expect(read.error).toMatch(SENTENCE);
  });

  it('with any byte changed is a sentence, or a recording', () => {
    fc.assert(
      fc.property(fc.nat({ max: shipped.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const file = shipped.slice();
        file[at] = byte;
        const read = readRecording(file);
        if (!read.ok) expect(read.error).toMatch(SENTENCE);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
