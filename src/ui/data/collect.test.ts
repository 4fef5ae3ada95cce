/** Folders that are dropped come as trees of entries, in portions. */
import { expect, test } from 'vitest';
import { openEntries } from './collect.ts';

const file = (fullPath: string): FileSystemEntry =>
  ({
    isFile: true,
    isDirectory: false,
    fullPath,
    file: (take: (file: File) => void, refuse: (error: DOMException) => void) => {
      if (fullPath.includes('denied')) refuse(new DOMException('denied'));
      else take(new File(['x'], fullPath));
    },
  }) as unknown as FileSystemEntry;

const folder = (fullPath: string, ...portions: FileSystemEntry[][]): FileSystemEntry =>
  ({
    isFile: false,
    isDirectory: true,
    fullPath,
    createReader: () => {
      const left = [...portions, []];
      return {
        readEntries: (take: (entries: FileSystemEntry[]) => void) => {
          take(left.shift() ?? []);
        },
      };
    },
  }) as unknown as FileSystemEntry;

test('all files below come with their folders; those that are denied do not', async () => {
  const tree = folder(
    '/pets',
    [folder('/pets/cats', [file('/pets/cats/1.png')], [file('/pets/cats/2.png')])],
    [file('/pets/denied.txt'), folder('/pets/dogs', [file('/pets/dogs/1.png')])],
  );
  const files = await openEntries([tree, file('/notes.txt')]);
  expect(files.map(({ path }) => path).sort()).toEqual([
    'notes.txt',
    'pets/cats/1.png',
    'pets/cats/2.png',
    'pets/dogs/1.png',
  ]);
});
