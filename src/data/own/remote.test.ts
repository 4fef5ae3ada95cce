/** Files by an address that a person typed, from a server on this machine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesAnswer, localServer, type LocalServer } from '../../testing/local-server.ts';
import { fetchRemote, remoteAddress } from './remote.ts';

describe('addresses', () => {
  const address = (typed: string) => {
    const result = remoteAddress(typed);
    return result.ok ? result.value.href : result.error;
  };

  test('from Hugging Face and from this machine are allowed', () => {
    const file = 'https://huggingface.co/datasets/a/b/resolve/main/x/train.parquet';
    expect(address(` ${file} `)).toBe(file);
    // The page about a file, as it stands in the address bar.
    expect(address(file.replace('resolve', 'blob'))).toBe(file);
    expect(address('http://127.0.0.1:8000/x.parquet')).toBe('http://127.0.0.1:8000/x.parquet');
    expect(address('http://localhost/x.parquet')).toBe('http://localhost/x.parquet');
  });

  test.each([
    ['', 'is no address'],
    ['huggingface.co/x', 'is no address'],
    ['http://huggingface.co/x', 'not on the short list'],
    ['https://huggingface.co:8443/x', 'not on the short list'],
    ['https://huggingface.co.example.org/x', 'not on the short list'],
    ['https://example.org/https://huggingface.co/x', 'not on the short list'],
    ['https://localhost.example.org/x', 'not on the short list'],
    ['file:///etc/passwd', 'not on the short list'],
    ['data:text/csv,1', 'not on the short list'],
    ['https://me:secret@huggingface.co/x', 'holds a name or a password'],
  ])('%j is not', (typed, sentence) => {
    expect(address(typed)).toContain(sentence);
    expect(address(typed)).toMatch(/\.$/);
  });
});

describe('fetching', () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await localServer();
  });
  afterAll(() => server.close());

  test('gives the whole file, and tells how far it is', async () => {
    const content = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
    server.answers.set('a/train.parquet', bytesAnswer(content));
    const shares: (number | null)[] = [];
    const fetched = await fetchRemote(
      `${server.base}a/train.parquet`,
      (_, share) => {
        shares.push(share);
      },
      new AbortController().signal,
    );
    if (!fetched.ok) throw new Error(fetched.error);
    expect(fetched.value.name).toBe('train.parquet');
    expect(new Uint8Array(await fetched.value.arrayBuffer())).toEqual(content);
    expect(shares.at(-1)).toBe(1);
  });

  test('says what went wrong', async () => {
    const error = async (path: string) => {
      const { signal } = new AbortController();
      const fetched = await fetchRemote(`${server.base}${path}`, () => undefined, signal);
      return fetched.ok ? '' : fetched.error;
    };
    expect(await error('missing.parquet')).toContain('answered HTTP 404');
    server.answers.set('away', (_, response) => {
      response.writeHead(302, { location: 'http://[::1]:9/x.parquet' }).end();
    });
    expect(await error('away')).toMatch(/could not be fetched|not on the list/);
    server.answers.set('cut', (_, response) => {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('12345', () => response.destroy());
    });
    expect(await error('cut')).toMatch(/broke off after \d+ bytes|could not be fetched/);
  });
});
