/** Own data that the browser would not keep: the page hands it to every worker that trains. */
import type { OwnId } from '../experiment/datasets.ts';

export interface VisitMessage {
  readonly type: 'own';
  readonly id: OwnId;
  readonly file: Blob;
}
