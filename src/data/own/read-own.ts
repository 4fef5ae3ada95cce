/** From a handful of files, of whatever kind, to labelled examples: what kind they are decides who reads them. */
import { ok, type Result } from '../../experiment/result.ts';
import { unzip } from './archive-zip.ts';
import { type NamedArray, partOf, readArrays } from './arrays.ts';
import { readCifar } from './cifar-files.ts';
import { readCsv } from './csv.ts';
import { gunzipAny } from './gunzip-any.ts';
import { parseIdxArray } from './idx-array.ts';
import { isJunk, type Kind, KIND_NAMES, kindOf, KINDS_ALLOWED, PEEK } from './kinds.ts';
import { nameOf } from './labels.ts';
import { type FoundArrays, matArrays, type MatFile } from './mat-arrays.ts';
import { parseNpy } from './npy.ts';
import {
  type Choices,
  failed,
  LIMITS,
  type OnProgress,
  type Parts,
  type Questions,
  type Reading,
} from './own-data.ts';
import { readParquet } from './parquet.ts';
import { isPictureName } from './picture.ts';
import { byFolder, byPath, type Decode, folderProblem, readPictures } from './pictures.ts';
import { reshape } from './reshape.ts';
import { baseName, memoryFile, readPart, readWhole, said, type SourceFile } from './source.ts';

export interface Environment {
  readonly decode: Decode;
  readonly onProgress: OnProgress;
}

interface Sorted {
  readonly file: SourceFile;
  readonly kind: Kind;
}

/** Kinds that can be data; pictures may have texts beside them. */
type DataKind = Exclude<Kind, 'zip' | 'gzip' | 'tar' | 'hdf5' | 'other'>;
const DATA_KINDS: readonly DataKind[] = [
  'picture',
  'idx',
  'npy',
  'mat',
  'cifar',
  'parquet',
  'table',
];

/** Examples out of files, or one sentence, and what may be chosen about them. */
export async function readOwn(
  files: readonly SourceFile[],
  choices: Choices,
  environment: Environment,
): Promise<Reading> {
  const meant = files.filter(({ path }) => !isJunk(path));
  const [first] = meant;
  if (first === undefined) {
    return failed(`There is nothing here to read; allowed are ${KINDS_ALLOWED}.`);
  }
  if (meant.length > LIMITS.files) {
    return failed(`These are ${meant.length} files; allowed are at most ${LIMITS.files}.`);
  }
  const opened = await openAll(meant, environment.onProgress);
  if (!opened.ok) return failed(opened.error);
  const about = describe(meant);
  const kinds = DATA_KINDS.filter((kind) => opened.value.some((file) => file.kind === kind));
  // Beside pictures and CIFAR's files lie lists and notes; they are no data of their own.
  const hasTexts = kinds.length > 1 && (kinds[0] === 'picture' || kinds.includes('cifar'));
  const [kind, other] = hasTexts ? kinds.filter((each) => each !== 'table') : kinds;
  if (kind === undefined) return failed(nothingIn(opened.value, first));
  if (other !== undefined) {
    return failed(
      `${about.what} holds ${KIND_NAMES[kind]} and ${KIND_NAMES[other]}; allowed is one kind at a time.`,
    );
  }
  const chosen = opened.value.filter((each) => each.kind === kind).map(({ file }) => file);
  const left = opened.value.filter((each) => each.kind !== kind && each.kind !== 'other');
  const others = opened.value.filter((each) => each.kind === 'other');
  const ignored = [...left, ...others].filter(({ file }) => !isMeta(file.path));
  const notes = ignored.length === 0 ? [] : [leftOut(ignored.map(({ file }) => file.path))];
  const reading = await readKind(kind, chosen.toSorted(byPath), opened.value, choices, {
    ...about,
    notes,
    environment,
  });
  if (!reading.result.ok || reading.questions.size !== undefined) return reading;
  return reshape(reading.result.value, choices, reading.questions);
}

interface About {
  readonly what: string;
  readonly name: string;
}

interface Task extends About {
  readonly notes: readonly string[];
  readonly environment: Environment;
}

/** How sentences speak of these files, and what the data may be called. */
function describe(files: readonly SourceFile[]): About {
  const [first] = files;
  const path = first?.path ?? '';
  const name = nameOf(baseName(path).replace(/(\.[a-z0-9]{1,8}){1,2}$/i, ''), 'My data');
  if (files.length === 1) return { what: `The file ${said(path)}`, name };
  const top = path.split('/')[0] ?? '';
  const isFolder = path.includes('/') && files.every((file) => file.path.startsWith(`${top}/`));
  if (isFolder) return { what: `The folder ${said(top)}`, name: nameOf(top, 'My data') };
  const [, second, ...others] = files;
  const rest =
    others.length === 0 ? `and ${said(second?.path ?? '')}` : `and ${others.length + 1} others`;
  return { what: `The files ${said(path)} ${rest}`, name };
}

function leftOut(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).map(said).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `Left out, being no part of the data: ${shown}${more}.`;
}

function nothingIn(files: readonly Sorted[], first: SourceFile): string {
  if (files.some(({ kind }) => kind === 'hdf5')) {
    return `${said(first.path)} is an HDF5 file (MATLAB 7.3 writes those); allowed are .mat files saved with "-v7" or older, or .npz.`;
  }
  if (files.some(({ kind }) => kind === 'tar')) {
    return `${said(first.path)} is a tar archive; unpack it and choose the folder, or bring a zip.`;
  }
  if (files.every(({ file }) => file.size === 0)) return `${said(first.path)} is empty.`;
  return `${said(first.path)} is of no kind that can be read here; allowed are ${KINDS_ALLOWED}.`;
}

/** Every file with its kind; archives are replaced by what is in them. */
async function openAll(
  files: readonly SourceFile[],
  onProgress: OnProgress,
): Promise<Result<Sorted[]>> {
  const sorted: Sorted[] = [];
  for (const file of files) {
    const kind = await sort(file);
    if (!kind.ok) return kind;
    if (kind.value !== 'zip' && kind.value !== 'gzip') {
      sorted.push({ file, kind: kind.value });
      continue;
    }
    onProgress(`Unpacking ${said(file.path)}`, null);
    const members = await unpack(file, kind.value);
    if (!members.ok) return members;
    for (const member of members.value) {
      const inner = await sort(member);
      if (!inner.ok) return inner;
      if (inner.value !== 'gzip') {
        sorted.push({ file: member, kind: inner.value === 'zip' ? 'other' : inner.value });
        continue;
      }
      // An archive may hold packed files, as IDX files mostly are; it ends there.
      const content = await unpack(member, 'gzip');
      if (!content.ok) return content;
      for (const each of content.value) {
        const found = await sort(each);
        if (!found.ok) return found;
        const isPacked = found.value === 'zip' || found.value === 'gzip';
        sorted.push({ file: each, kind: isPacked ? 'other' : found.value });
      }
    }
  }
  return ok(sorted);
}

async function sort(file: SourceFile): Promise<Result<Kind>> {
  // A folder of pictures has too many to look into each; those are looked into when they are read.
  if (isPictureName(file.path)) return ok('picture');
  const head = await readPart(file, 0, PEEK);
  return head.ok ? ok(kindOf(file.path, file.size, head.value)) : head;
}

async function unpack(file: SourceFile, kind: 'zip' | 'gzip'): Promise<Result<SourceFile[]>> {
  const bytes = await readWhole(file);
  if (!bytes.ok) return bytes;
  if (kind === 'zip') return unzip(bytes.value, said(file.path), (path) => !isJunk(path));
  const content = await gunzipAny(bytes.value, said(file.path));
  return content.ok ? ok([memoryFile(file.path.replace(/\.gz$/i, ''), content.value)]) : content;
}

const isMeta = (path: string): boolean => /(^|\/)batches\.meta\.txt$/.test(path);

const rank: Readonly<Record<keyof Parts, number>> = { train: 0, validation: 1, test: 2 };

async function readKind(
  kind: DataKind,
  files: readonly SourceFile[],
  all: readonly Sorted[],
  choices: Choices,
  { what, name, notes, environment }: Task,
): Promise<Reading> {
  const { decode, onProgress } = environment;
  if (kind === 'picture') {
    const pictures = byFolder(files);
    const problem = folderProblem(what, pictures);
    if (problem !== null) return failed(problem);
    return readPictures(
      { what, name, notes, pictures, classNames: null },
      choices,
      decode,
      onProgress,
    );
  }
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > LIMITS.file) {
    return failed(`${what} takes ${size} bytes; allowed are at most ${LIMITS.file}.`);
  }
  const contents: { path: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  for (const file of files) {
    onProgress(`Reading ${said(file.path)}`, null);
    const bytes = await readWhole(file);
    if (!bytes.ok) return failed(bytes.error);
    contents.push({ path: file.path, bytes: bytes.value });
  }
  switch (kind) {
    case 'table': {
      const tables = contents
        .map(({ path, bytes }) => ({ name: path, bytes, part: partOf(baseName(path)) }))
        .sort((a, b) => rank[a.part] - rank[b.part]);
      const reading = readCsv(tables, { what, name }, choices, onProgress);
      const { result } = reading;
      return result.ok
        ? { ...reading, result: ok({ ...result.value, notes: [...notes, ...result.value.notes] }) }
        : reading;
    }
    case 'idx':
    case 'npy':
    case 'mat': {
      const arrays: NamedArray[] = [];
      const found = new Set(notes);
      for (const content of contents) {
        const read = await arraysIn(kind, content, contents.length === 1);
        if (!read.ok) return failed(read.error);
        arrays.push(...read.value.arrays);
        if (read.value.note !== null) found.add(read.value.note);
      }
      return readArrays(arrays, { what, name, notes: [...found] }, choices);
    }
    case 'cifar': {
      const meta = all.find(({ file }) => isMeta(file.path));
      const lines = meta && (await readWhole(meta.file));
      const names = lines?.ok === true ? linesOf(lines.value) : null;
      const result = readCifar(contents, names, { name, source: what, notes });
      return { result, questions: {} };
    }
    case 'parquet': {
      const parts: Awaited<ReturnType<typeof readParquet>>[] = [];
      for (const { path, bytes } of contents) {
        const part = partOf(baseName(path));
        parts.push(await readParquet(bytes, { file: said(path), part }, choices, onProgress));
      }
      const questions: Questions = {};
      const pictures = [];
      let classNames: readonly string[] | null = null;
      for (const part of parts) {
        if (!part.ok) return failed(part.error);
        pictures.push(...part.value.pictures);
        Object.assign(questions, part.value.questions);
        classNames ??= part.value.classNames;
      }
      pictures.sort((a, b) => rank[a.part] - rank[b.part]);
      const reading = await readPictures(
        { what, name, notes, pictures, classNames },
        choices,
        decode,
        onProgress,
      );
      return { ...reading, questions: { ...questions, ...reading.questions } };
    }
  }
}

function linesOf(bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes.subarray(0, 65_536)).split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

async function arraysIn(
  kind: 'idx' | 'npy' | 'mat',
  file: MatFile,
  isAlone: boolean,
): Promise<Result<FoundArrays>> {
  if (kind === 'mat') return matArrays(file, isAlone);
  const { path, bytes } = file;
  const name = path.replace(/\.npy$/i, '');
  const array =
    kind === 'idx' ? parseIdxArray(bytes, said(path), name) : parseNpy(bytes, said(path), name);
  return array.ok ? ok({ arrays: [array.value], note: null }) : array;
}
