/** What the panel of a person's own data shows. */
import type { KeptEntry } from '../../data/own/kept-file.ts';
import type { Choices, Questions } from '../../data/own/own-data.ts';
import type { Split } from '../../data/own/split.ts';
import type { Preview } from './import-protocol.ts';

/** A data set that can be trained on; `visit`: only until the page is closed. */
export interface OwnEntry extends KeptEntry {
  readonly visit: boolean;
}

export type Stage =
  | { readonly kind: 'start' }
  | { readonly kind: 'reading'; readonly what: string; readonly share: number | null }
  | {
      readonly kind: 'refused';
      readonly error: string;
      readonly questions: Questions;
      readonly choices: Choices;
    }
  | {
      readonly kind: 'preview';
      readonly preview: Preview;
      readonly questions: Questions;
      readonly choices: Choices;
      readonly name: string;
      readonly split: Split;
    };

export interface DeskState {
  readonly stage: Stage;
  readonly kept: readonly OwnEntry[];
  /** Files are being dragged over the page. */
  readonly dragging: boolean;
  /** Something about what was kept that a person should know. */
  readonly notice: string | null;
  /** For the panel's own live region: the page's is out of reach behind it. */
  readonly said: string;
}

export const EMPTY_DESK: DeskState = {
  stage: { kind: 'start' },
  kept: [],
  dragging: false,
  notice: null,
  said: '',
};
