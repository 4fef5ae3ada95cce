/** `npm run data -- NAME… [--from DIR]`: official data files under public/data/NAME. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { isGzip } from '../data/gunzip.ts';
import type { DataIndex } from '../data/index-file.ts';
import { type FileRequest, filesOf, requestFor } from '../data/load.ts';
import { unpack } from '../data/unpack.ts';
import { OFFICIAL_IDS, type OfficialId } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { MIRRORS, type Mirrors } from './download.ts';
import { codeOf, kindOf, readFound } from './folder-source.ts';
import { type ProgressBar, progressBar, type Terminal } from './progress-bar.ts';
import { DATA_DIR, PROJECT_DIR, readIndex } from './project.ts';
import { folderSupplier, webSupplier } from './suppliers.ts';

const NAMES = OFFICIAL_IDS.join(', ');
const USAGE = `Usage: npm run data -- NAME… [--from DIR]
Puts the official files of a data set under public/data/NAME. NAME is one of ${NAMES}.
Without --from they are downloaded; with it they are copied from DIR/NAME or DIR.
`;

/** Where the command reads and writes; tests put their own in. */
export interface Surroundings {
  readonly out: { write(text: string): unknown };
  readonly err: Terminal;
  /** Holds index.json and one folder a data set. */
  readonly dataDir: string;
  readonly mirrors: Mirrors;
}

/** Exit codes: 0 done, 1 the network or the disk failed, 2 something is wrong with the input. */
type ExitCode = 0 | 1 | 2;
interface Failure {
  readonly code: ExitCode;
  readonly message: string;
}

/** Run the command. Gives the exit code; never throws for bad input. */
export async function main(argv: readonly string[]): Promise<number> {
  return run(argv, {
    out: process.stdout,
    err: process.stderr,
    dataDir: DATA_DIR,
    mirrors: MIRRORS,
  });
}

/** The command in given surroundings. */
export async function run(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  const asked = readArguments(argv);
  if (!asked.ok) {
    around.err.write(`${asked.error}\n`);
    return 2;
  }
  const { ids, from } = asked.value;
  if (ids.length === 0) {
    around.err.write(USAGE);
    return 2;
  }
  if (from !== null && (await kindOf(from)) !== 'folder') {
    around.err.write(`--from ${from} is not a folder; allowed is a folder with the files.\n`);
    return 2;
  }
  const index = await readIndex(around.dataDir);
  if (!index.ok) {
    around.err.write(`${index.error}\n`);
    return 1;
  }
  const bar = progressBar(around.err);
  for (const id of ids) {
    const failure = await install(id, index.value, from, around, bar);
    bar.clear();
    if (failure !== null) {
      around.err.write(`${failure.message}\n`);
      return failure.code;
    }
  }
  return 0;
}

interface Asked {
  readonly ids: readonly OfficialId[];
  readonly from: string | null;
}

function readArguments(argv: readonly string[]): Result<Asked> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { from: { type: 'string' } },
      allowPositionals: true,
    });
    const ids: OfficialId[] = [];
    for (const name of positionals) {
      const id = OFFICIAL_IDS.find((known) => known === name);
      if (id === undefined) return fail(`"${name}" is not a data set here; allowed are ${NAMES}.`);
      if (!ids.includes(id)) ids.push(id);
    }
    return ok({ ids, from: values.from ?? null });
  } catch (error) {
    // Node's message goes on with advice; its first sentence says what is wrong.
    const [first = ''] = (error instanceof Error ? error.message : '').split(/\. |\n/);
    return fail(`${first.replace(/\.$/, '')}; allowed are names (${NAMES}) and --from DIR.`);
  }
}

/** Put what is missing or damaged of one data set in its place, and say so. */
async function install(
  id: OfficialId,
  index: DataIndex,
  from: string | null,
  around: Surroundings,
  bar: ProgressBar,
): Promise<Failure | null> {
  const folder = join(around.dataDir, id);
  const shown = relative(PROJECT_DIR, folder).startsWith('..')
    ? folder
    : relative(PROJECT_DIR, folder);
  const { title } = index[id];
  const supply = from === null ? webSupplier(around.mirrors[id], bar) : folderSupplier(from, id);
  const origins = new Set<string>();
  let placed = 0;
  const files = filesOf(index[id]);
  for (const file of files) {
    const request = requestFor(id, index[id], file);
    if (await isIntact(folder, request)) continue;
    const got = await supply(request);
    if (!got.ok) return { code: from === null ? 1 : 2, message: got.error };
    try {
      await writeWhole(folder, request.file.name, got.value.bytes);
    } catch (error) {
      const message = `${join(shown, request.file.name)} cannot be written (${codeOf(error)}); free some space or check who may write there.`;
      return { code: 1, message };
    }
    origins.add(got.value.origin);
    placed += 1;
  }
  const sum = files.length;
  around.out.write(
    placed === 0
      ? `${title} is already in ${shown} and intact; nothing to do.\n`
      : placed === sum
        ? `Put the ${sum} files of ${title} into ${shown}, from ${[...origins].join(' and ')}.\n`
        : `Put ${placed} of the ${sum} files of ${title} into ${shown}, from ${[...origins].join(' and ')}; the others were there and intact.\n`,
  );
  return null;
}

async function isIntact(folder: string, request: FileRequest): Promise<boolean> {
  const path = join(folder, request.file.name);
  if ((await kindOf(path)) !== 'file') return false;
  const bytes = await readFound(path, request.limit);
  return bytes.ok && (await unpack(bytes.value, path, request.entry, request.file)).ok;
}

/** Write a file so that it is either wholly there or not at all; where it is to be packed, it is. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${name}.${process.pid}.part`);
  try {
    const pack = name.endsWith('.gz') && !isGzip(bytes);
    await writeFile(temporary, pack ? gzipSync(bytes, { level: 9 }) : bytes);
    await rename(temporary, join(folder, name));
  } finally {
    await rm(temporary, { force: true });
  }
}
