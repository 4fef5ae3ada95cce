/** In what two runs differ, field by field. Pure. */
import type { Run } from '../../experiment/run.ts';
import { changeText } from '../text.ts';

export interface Difference {
  readonly field: string;
  /** In words; a dash where a run lacks the field. */
  readonly here: string;
  readonly there: string;
}

const NONE = '–';

/** A spec's fields by their paths: `rate.start`, `network.hidden[0].units`. */
function fieldsOf(value: unknown, path: string, into: Map<string, string>): void {
  if (Array.isArray(value)) {
    value.forEach((item, k) => {
      fieldsOf(item, `${path}[${k}]`, into);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      fieldsOf(item, path === '' ? key : `${path}.${key}`, into);
    }
  } else if (value !== undefined) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  }
}

/** Steps at which something changed, in words. */
const changesText = ({ changes }: Run): string =>
  changes.length === 0
    ? 'none'
    : changes.map((change) => `${changeText(change)} at step ${change.step}`).join('; ');

export function differences(here: Run, there: Run): Difference[] {
  const [own, other] = [new Map<string, string>(), new Map<string, string>()];
  fieldsOf(here.spec, '', own);
  fieldsOf(there.spec, '', other);
  const rows = [...new Set([...own.keys(), ...other.keys()])].map((field) => ({
    ...{ field, here: own.get(field) ?? NONE, there: other.get(field) ?? NONE },
  }));
  const kernels = { field: 'kernels', here: here.kernels, there: there.kernels };
  const changes = {
    ...{ field: 'changes on the way', here: changesText(here), there: changesText(there) },
  };
  return [...rows, kernels, changes].filter(({ here: a, there: b }) => a !== b);
}
