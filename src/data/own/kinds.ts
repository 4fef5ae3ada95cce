/** What kind of file something is: by its first bytes, and by its name where bytes cannot tell. */
import { isGzip } from '../gunzip.ts';
import { isMat } from '../mat.ts';
import { isZip } from './archive-zip.ts';
import { isText } from './csv-table.ts';
import { isIdxArray } from './idx-array.ts';
import { isNpy } from './npy.ts';
import { isParquet } from './parquet.ts';
import { isPictureName, pictureHeader } from './picture.ts';
import { baseName } from './source.ts';
import { startsWith } from './starts-with.ts';

export type Kind =
  | 'picture'
  | 'table'
  | 'idx'
  | 'npy'
  | 'mat'
  | 'cifar'
  | 'parquet'
  | 'zip'
  | 'gzip'
  | 'tar'
  | 'hdf5'
  | 'other';

/** As a sentence says it. */
export const KIND_NAMES: Readonly<Record<Exclude<Kind, 'other'>, string>> = {
  picture: 'pictures',
  table: 'tables',
  idx: 'IDX files',
  npy: 'NumPy arrays',
  mat: 'MATLAB files',
  cifar: 'CIFAR files',
  parquet: 'Parquet files',
  zip: 'zip archives',
  gzip: 'gzip files',
  tar: 'tar archives',
  hdf5: 'HDF5 files',
};

export const KINDS_ALLOWED =
  'pictures in a folder for each class (or a zip of them), CSV, IDX, CIFAR .bin, .mat, .npz and Parquet';

/** Bytes enough to tell. */
export const PEEK = 512;

/** CIFAR-10's records have one label byte, CIFAR-100's two. */
const RECORDS = [3073, 3074];

/** Files that systems leave behind, and that no person means. */
export const isJunk = (path: string): boolean =>
  /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i.test(path);

/** `head`: the file's first bytes. */
export function kindOf(path: string, size: number, head: Uint8Array): Kind {
  if (isGzip(head)) return 'gzip';
  if (isZip(head)) return 'zip';
  if (isParquet(head)) return 'parquet';
  if (isNpy(head)) return 'npy';
  if (startsWith(head, '\x89HDF') || startsWith(head, 'MATLAB 7.3')) return 'hdf5';
  if (isMat(head)) return 'mat';
  if (startsWith(head, 'ustar', 257)) return 'tar';
  if (isPictureName(path) || pictureHeader(head) !== null) return 'picture';
  const name = baseName(path).toLowerCase();
  if (name.endsWith('.mat')) return 'mat';
  if (name.endsWith('.bin') && size > 0 && RECORDS.some((record) => size % record === 0)) {
    return 'cifar';
  }
  if (isIdxArray(head)) return 'idx';
  if (/\.(csv|tsv|txt|data)$/.test(name)) return 'table';
  if (/\.(json|md|html?|pdf|py|m|xml|ya?ml)$/.test(name)) return 'other';
  return isText(head) && !name.includes('.') ? 'table' : 'other';
}
