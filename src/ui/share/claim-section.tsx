import { useEffect, useMemo, useState } from 'react';
import { decodeResult } from '../../experiment/link-result.ts';
import { figures } from '../../experiment/digits.ts';
import { TipButton } from '../common/tip-button.tsx';
import { playground, runs, usePage } from '../page.ts';
import { RunKey } from '../runs/kept-legend.tsx';
import { sameData } from '../state/drafts.ts';
import type { Claim, PageState } from '../state/page-state.ts';
import { claimedRun, claimRows, signRow, verdict } from './claim.ts';
import { mayCarrySigns, signsOf } from './result-of.ts';
import { SHARE } from './text.ts';
import '../styles/share.css';

/** What the link claims: drawn behind the run at hand, set against it, and trained anew in one tap. */
export default function ClaimSection({ claim }: { readonly claim: Claim }) {
  const read = useMemo(() => decodeResult(claim.text, claim.run.spec), [claim]);
  const claimed = useMemo(
    () => (read.ok ? claimedRun(claim.run, read.value) : null),
    [read, claim],
  );
  useEffect(() => {
    runs.claim(claimed);
    return () => {
      runs.claim(null);
    };
  }, [claimed]);
  if (!read.ok || claimed === null) {
    return (
      <p className="remark" role="note">
        {read.ok ? '' : read.error} {SHARE.stillOpen}
        <Dismiss />
      </p>
    );
  }
  const { step, stepsPerEpoch, adapter } = claimed;
  return (
    <section className="claim" aria-labelledby="claim-title">
      <div className="region-head">
        <h2 id="claim-title">Shared run</h2>
        <Dismiss />
      </div>
      <p className="caption">
        <RunKey kept={claimed} /> {SHARE.claimed} {figures(step / stepsPerEpoch, 3)} epochs on{' '}
        {adapter === '' ? 'an adapter without a name' : adapter}, seed {claim.run.spec.seed}.
      </p>
      <Comparison claim={claim} claimed={claimed} signs={read.value.signs} />
    </section>
  );
}

const Dismiss = () => (
  <TipButton
    help={SHARE.dismiss}
    className="quiet"
    aria-label="Dismiss the shared run"
    onClick={() => {
      playground.set({ claim: null });
    }}
  >
    ×
  </TipButton>
);

/** Whether what stands on the page is the claimed experiment, seed and changes included. */
const isSameRun = ({ opened, run }: PageState, claim: Claim): boolean =>
  opened !== null &&
  sameData(opened.run.spec, claim.run.spec) &&
  sameData(run.changes, claim.run.changes);

interface ComparisonProps {
  readonly claim: Claim;
  readonly claimed: ReturnType<typeof claimedRun>;
  readonly signs: readonly Uint32Array[] | null;
}

function Comparison({ claim, claimed, signs }: ComparisonProps) {
  const isHere = usePage((state) => isSameRun(state, claim));
  // Records come with a change of phase.
  const phase = usePage((state) => state.phase);
  const adapter = usePage((state) => state.opened?.adapter.name);
  const canTrain = usePage((state) => state.failure === null);
  const isDone = isHere && phase === 'finished';
  const ours = useOwnSigns(isDone && signs !== null, claim);
  const rows = [
    ...claimRows(claimed, isHere ? playground.streams.epochs : []),
    ...(signs === null ? [] : [signRow(signs, ours, claim.run)]),
  ];
  const sentence = isDone ? verdict(rows, adapter === claimed.adapter) : null;
  useEffect(() => {
    if (sentence !== null) playground.announce(sentence);
  }, [sentence]);
  return (
    <>
      <div className="twin-scroll" tabIndex={0} role="group" aria-label="Claimed and trained here">
        <table className="runs-table">
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col">Claimed by the link</th>
              <th scope="col">Trained here</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ figure, claimed: said, ours: own, agrees }) => (
              <tr key={figure}>
                <th scope="row">{figure}</th>
                <td>{said}</td>
                <td>
                  {own === '' ? 'not yet' : own}
                  {agrees === false && ' (differs)'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sentence !== null && <p className="claim-verdict">{sentence}</p>}
      {!isDone && (
        <p className="runs-buttons">
          <TipButton
            help={SHARE.replay}
            className="primary"
            aria-disabled={!canTrain}
            onClick={() => {
              if (canTrain) playground.open(claim.run, true);
            }}
          >
            Train it here and compare
          </TipButton>
        </p>
      )}
    </>
  );
}

/** The signs of the run at hand, asked for once it is done. */
function useOwnSigns(wanted: boolean, { run }: Claim): Uint32Array[] | null {
  const [signs, setSigns] = useState<Uint32Array[] | null>(null);
  useEffect(() => {
    if (!wanted || !mayCarrySigns(run.spec)) return;
    let isWanted = true;
    void playground.ask('state').then((handed) => {
      if (isWanted) setSigns(signsOf(handed));
    });
    return () => {
      isWanted = false;
    };
  }, [wanted, run]);
  return wanted ? signs : null;
}
