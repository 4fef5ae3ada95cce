/** Prepared data in files: beside the data set, or in this user's cache. */
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PREPARED_FILE, type PreparedStore } from '../data/prepared-file.ts';
import { kindOf, readFound } from './files.ts';

const LIMIT = 2 ** 31;
/** So many are kept, the newest: each is as large as a data set. */
const KEPT = 2;

const cacheDir = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'binaryconnect', 'prepared');

/** What `npm run data -- NAME --whiten` put into `dir/NAME/`, else what an earlier run computed. */
export const folderStore = (dir: string): PreparedStore => ({
  async get(name, id, signal) {
    for (const path of [join(cacheDir(), name), join(dir, id, PREPARED_FILE)]) {
      if ((await kindOf(path)) !== 'file') continue;
      const bytes = await readFound(path, LIMIT, { signal, onProgress: () => undefined });
      if (bytes.ok) return bytes.value;
    }
    return null;
  },
  async put(name, _, bytes) {
    const folder = cacheDir();
    const temporary = join(folder, `.${name}.${process.pid}.part`);
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(temporary, bytes);
      await rename(temporary, join(folder, name));
      await removeOld(folder);
    } catch {
      // A full or read-only disk only means computing again next time.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  },
});

async function removeOld(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      return { path, changed: (await stat(path)).mtimeMs };
    }),
  );
  const old = files.toSorted((a, b) => b.changed - a.changed).slice(KEPT);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
}
