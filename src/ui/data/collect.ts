/** From what was dropped or picked to a list of files with the folders they lie in. */
import type { BroughtFile } from './import-protocol.ts';

/** No more than this is looked through: beyond it the readers would refuse anyway. */
const MOST = 250_001;

/** Whether something dragged holds files, and not only text or a link. */
export const hasFiles = (transfer: DataTransfer | null): boolean =>
  transfer?.types.includes('Files') ?? false;

/** Files out of a file picker; a folder picker tells the folders too. */
export const pickedFiles = (list: FileList | null): BroughtFile[] =>
  Array.from(list ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }));

/**
 * Files out of a drop, folders opened. What was dropped is there only while its event is handled, so
 * this must be called at once; what it gives may take a while.
 */
export function droppedFiles(transfer: DataTransfer): Promise<BroughtFile[]> {
  const entries = Array.from(transfer.items, (item) =>
    item.kind === 'file' ? item.webkitGetAsEntry() : null,
  ).filter((entry) => entry !== null);
  // Older browsers, and files made by a script, have no entries.
  if (entries.length === 0) return Promise.resolve(pickedFiles(transfer.files));
  return openEntries(entries);
}

/** All files below some entries of the file system. Those that cannot be read are left out. */
export async function openEntries(entries: readonly FileSystemEntry[]): Promise<BroughtFile[]> {
  const files: BroughtFile[] = [];
  const waiting = [...entries];
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    if (files.length >= MOST) break;
    if (entry.isFile) {
      const file = await fileOf(entry as FileSystemFileEntry);
      if (file !== null) files.push({ path: entry.fullPath.replace(/^\//, ''), file });
    } else if (entry.isDirectory) {
      waiting.push(...(await childrenOf(entry as FileSystemDirectoryEntry)));
    }
  }
  return files;
}

const fileOf = (entry: FileSystemFileEntry): Promise<File | null> =>
  new Promise((resolve) => {
    entry.file(resolve, () => {
      resolve(null);
    });
  });

/** A folder's entries come in portions, until an empty one. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => {
        resolve([]);
      });
    });
    if (portion.length === 0) return children;
    children.push(...portion);
  }
}
