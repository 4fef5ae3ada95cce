/** Prepare a data set ahead of training: GCN and ZCA, into a file beside its own. */
import { join } from 'node:path';
import type { DataIndex } from '../data/index-file.ts';
import { readOfficial } from '../data/load.ts';
import { prepare } from '../data/prepare.ts';
import { PREPARED_FILE, type PreparedStore } from '../data/prepared-file.ts';
import type { OfficialId } from '../experiment/datasets.ts';
import { kindOf, readFound } from './files.ts';
import { folderSource } from './folder-source.ts';
import { failed, type Installed, place, placeOf } from './install.ts';
import type { ProgressBar } from './progress-bar.ts';

const LIMIT = 2 ** 31;

/** Whiten the data set `id`, whose files are in place, unless that was done. Gives a sentence. */
export async function whitenInto(
  id: OfficialId,
  index: DataIndex,
  dataDir: string,
  bar: ProgressBar,
): Promise<Installed> {
  const raw = await readOfficial(id, index, folderSource(dataDir), {
    onProgress: ({ file, loaded, total }) => {
      bar.show(loaded / total, `reading ${file}`);
    },
  });
  if (raw === 'cancelled') return failed(1, 'Reading was cancelled.');
  if (!raw.ok) return failed(1, raw.error);
  const { folder, shown } = placeOf(dataDir, id);
  const path = join(folder, PREPARED_FILE);
  const file: { size: number; written: Installed<null> } = {
    size: 0,
    written: { ok: true, value: null },
  };
  const store: PreparedStore = {
    async get() {
      if ((await kindOf(path)) !== 'file') return null;
      const bytes = await readFound(path, LIMIT);
      file.size = bytes.ok ? bytes.value.length : 0;
      return bytes.ok ? bytes.value : null;
    },
    async put(_, __, bytes) {
      file.size = bytes.length;
      file.written = await place(folder, shown, PREPARED_FILE, bytes);
    },
  };
  const made = await prepare(raw.value, 'gcn-zca', {
    store,
    onProgress: (what, done, total) => {
      bar.show(done / total, what);
    },
  });
  if (made === 'cancelled') return failed(1, 'Whitening was cancelled.');
  if (!made.ok) return failed(1, made.error);
  return file.written.ok
    ? {
        ok: true,
        value: `${raw.value.title} as gcn-zca makes it is in ${join(shown, PREPARED_FILE)} (${(file.size / 1e6).toFixed(1)} MB).`,
      }
    : file.written;
}
