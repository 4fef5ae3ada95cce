import { describe, expect, it } from 'vitest';
import { modulesOf, readQr } from '../../testing/qr-reader.ts';
import { MOST_QR, qrOf } from './qr.ts';

const read = (text: string): string => {
  const qr = qrOf(text);
  return qr === null ? 'none' : readQr(modulesOf(qr.path, qr.size));
};

describe('a QR code', () => {
  it.each([
    'https://a.example/#v=1',
    'https://user.github.io/playground/#v=1&data=moons&net=16&seed=7',
    'https://user.github.io/playground/#v=1&data=fashion-mnist&net=256-256&mode=stoch&seed=1&batch=50&k=q16,q16,q16',
    `https://a.example/#v=1&hide=${'settings-runs-export-share-'.repeat(3)}`,
    'https://bücher.example/straße/#v=1',
  ])('of %s is read as that', (link) => {
    expect(read(link)).toBe(link);
  });

  it('holds so many bytes and no more', () => {
    expect(qrOf('a'.repeat(MOST_QR))?.size).toBe(177 + 8);
    expect(qrOf('a'.repeat(MOST_QR + 1))).toBeNull();
    expect(qrOf('ü'.repeat(MOST_QR / 2 + 1))).toBeNull();
  });
});
