/** The messages between the page and the worker that reads a person's files. */
import type { Maps, OfficialId } from '../../experiment/datasets.ts';
import type { KeptEntry } from '../../data/own/kept-file.ts';
import type { Choices, Parts, Questions } from '../../data/own/own-data.ts';
import type { Split } from '../../data/own/split.ts';

/** A file as the page got it, with the folders it lies in. */
export interface BroughtFile {
  readonly path: string;
  readonly file: File;
}

export type ImportRequest =
  /** Some of the files to read, in portions: handing over thousands at once would stop the page. */
  | { readonly type: 'files'; readonly files: readonly BroughtFile[] }
  /** Read the files handed over. */
  | {
      readonly type: 'read';
      /** Address of the page's data folder, with a slash at the end. */
      readonly base: string;
    }
  /** Read the same once more, in another way. */
  | { readonly type: 'choose'; readonly choices: Choices }
  /** Keep what was read, under a name. */
  | { readonly type: 'keep'; readonly name: string; readonly split: Split }
  /** Keep what was read as the official set that it is. */
  | { readonly type: 'keep-official' };

export interface Sample {
  /** [height, width, channels], 0..255. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly label: number;
}

export interface SplitPreview {
  readonly split: Split;
  readonly parts: Parts;
  /** How many classes have no example in each part. */
  readonly absent: Parts;
}

/** What was read, for a person to look at before anything is trained. */
export interface Preview {
  readonly name: string;
  readonly source: string;
  readonly shape: Maps;
  readonly count: number;
  readonly classNames: readonly string[];
  /** Examples a class. */
  readonly counts: readonly number[];
  readonly notes: readonly string[];
  readonly samples: readonly Sample[];
  readonly splits: readonly SplitPreview[];
  /** The official set these files are, if all of them are here. */
  readonly official: { readonly id: OfficialId; readonly title: string } | null;
}

export type ImportEvent =
  | { readonly type: 'progress'; readonly what: string; readonly share: number | null }
  | { readonly type: 'preview'; readonly preview: Preview; readonly questions: Questions }
  | { readonly type: 'refused'; readonly error: string; readonly questions: Questions }
  /** Kept in the browser; or, where `file` is not null, only for this visit, and `notice` says why. */
  | {
      readonly type: 'kept';
      readonly entry: KeptEntry;
      readonly file: Blob | null;
      readonly notice: string | null;
    }
  | { readonly type: 'official-kept'; readonly id: OfficialId };
