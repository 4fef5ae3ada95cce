/** What a link claims, as a run beside one's own, and set against a fresh one. Pure. */
import { encodeLink } from '../../experiment/link.ts';
import { type CarriedResult, signCount } from '../../experiment/link-result.ts';
import type { Run } from '../../experiment/run.ts';
import { FORMATS } from '../../experiment/versions.ts';
import type { WeightErrors } from '../../session/protocol.ts';
import { figures } from '../../experiment/digits.ts';
import { percent, whole } from '../common/format.ts';
import { type KeptEpoch, type KeptRun, nameOf, ownError, testedWith } from '../runs/kept-run.ts';
import { datasetTitle } from '../text.ts';

export const CLAIMED_ID = 'claimed';

type Short = CarriedResult['result']['epochs'][number]['tErr'];
const longErrors = ({ b, r, t }: Short): WeightErrors => ({
  ...{ binary: b, real: r },
  ...(t !== undefined && { ternary: t }),
});

/** A run for the table and the charts. */
export function claimedRun(run: Run, { result }: CarriedResult): KeptRun {
  return {
    ...{ version: FORMATS.keptRun.version, id: CLAIMED_ID, made: 0, slot: 0 },
    ...{ isClaimed: true, isShown: true, weights: testedWith(run) },
    ...{ run, link: encodeLink(run), name: `${nameOf(run)} (claimed)`, note: '' },
    ...{ data: datasetTitle(run.spec.data), step: result.step, stepsPerEpoch: result.perEpoch },
    ...{ stepsPerSecond: 0, adapter: result.adapter, flips: result.flips },
    ...{ loss: result.loss, error: result.error },
    epochs: result.epochs.map(({ at, step, loss, vLoss, vErr, tErr }): KeptEpoch => ({
      ...{ epoch: at, step, trainLoss: loss },
      validationLoss: longErrors(vLoss),
      validationError: longErrors(vErr),
      testError: longErrors(tErr),
    })),
  };
}

export interface ClaimRow {
  readonly figure: string;
  readonly claimed: string;
  /** Empty: not measured yet. */
  readonly ours: string;
  /** Null: nothing to compare with yet. */
  readonly agrees: boolean | null;
}

/** Links carry four digits: no more of them can agree. */
const agree = (claimed: number, ours: number): boolean =>
  Number(claimed.toPrecision(4)) === Number(ours.toPrecision(4));

/**
 * The claimed figures of the last epoch beside those of the run at hand at the same step, and how many
 * epochs' losses agree to the digits that a link carries. `records`: none where another run stands here.
 */
export function claimRows(claimed: KeptRun, records: readonly KeptEpoch[]): ClaimRow[] {
  const last = claimed.epochs.at(-1);
  if (last === undefined) return [];
  const weights = testedWith(claimed.run);
  const ours = records.find(({ step }) => step === last.step);
  const row = (
    figure: string,
    of: (epoch: KeptEpoch) => number,
    print: (value: number) => string,
  ): ClaimRow => ({
    ...{ figure, claimed: print(of(last)) },
    ours: ours === undefined ? '' : print(of(ours)),
    agrees: ours === undefined ? null : agree(of(last), of(ours)),
  });
  const met = claimed.epochs.flatMap((epoch) => {
    const here = records.find(({ step }) => step === epoch.step);
    return here === undefined ? [] : [agree(epoch.trainLoss, here.trainLoss)];
  });
  const same = met.filter(Boolean).length;
  return [
    row(
      `Test error, ${weights} weights`,
      (epoch) => ownError(epoch.testError, weights),
      (value) => percent(value),
    ),
    row(
      `Validation error, ${weights} weights`,
      (epoch) => ownError(epoch.validationError, weights),
      (value) => percent(value),
    ),
    row(
      'Train loss of the last epoch',
      (epoch) => epoch.trainLoss,
      (value) => figures(value, 4),
    ),
    {
      figure: 'Epochs whose train loss agrees',
      claimed: whole(claimed.epochs.length),
      ours: met.length === 0 ? '' : `${whole(same)} of ${whole(met.length)}`,
      agrees: met.length === 0 ? null : same === met.length,
    },
  ];
}

/** How many of the claimed signs are those of the run at hand. */
export function signRow(
  claimed: readonly Uint32Array[],
  ours: readonly Uint32Array[] | null,
  { spec }: Run,
): ClaimRow {
  const all = signCount(spec);
  const row = { figure: 'Signs of the weights', claimed: whole(all) };
  if (ours === null) return { ...row, ours: '', agrees: null };
  let other = 0;
  claimed.forEach((words, layer) => {
    words.forEach((word, k) => {
      let bits = (word ^ (ours[layer]?.[k] ?? 0)) >>> 0;
      for (; bits !== 0; bits = (bits & (bits - 1)) >>> 0) other += 1;
    });
  });
  const same = all - other;
  return {
    ...row,
    ours: `${whole(same)} the same (${percent((100 * same) / all)})`,
    agrees: other === 0,
  };
}

/** What it comes to, in a sentence; null while figures are still to come. */
export function verdict(rows: readonly ClaimRow[], isSameAdapter: boolean): string | null {
  if (rows.length === 0 || rows.some(({ agrees }) => agrees === null)) return null;
  const differing = rows.filter(({ agrees }) => agrees === false).length;
  if (differing === 0) return 'Reproduced: every figure the link claims came out here too.';
  const where = isSameAdapter
    ? 'on an adapter of the same name, where none should'
    : 'which another adapter, adding in another order, may bring about';
  return `${differing} of ${rows.length} figures differ from what the link claims, ${where}.`;
}
