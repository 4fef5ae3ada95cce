import { useEffect, useState } from 'react';
import { playground } from '../page.ts';
import { sharedRun } from '../state/share.ts';
import { mayCarrySigns, resultOf, type ResultText, resultText, signsOf } from './result-of.ts';

/** The result of the finished run as a link carries it; null: there is none, or it does not fit. */
export function useResultText(isFinished: boolean): ResultText | null | 'making' {
  const [made, setMade] = useState<ResultText | null | 'making'>('making');
  useEffect(() => {
    if (!isFinished) return;
    let isWanted = true;
    const { state, streams } = playground;
    const run = sharedRun(state);
    const result = resultOf(state, streams);
    const asked = mayCarrySigns(run.spec) ? playground.ask('state') : Promise.resolve(null);
    void asked.then((handed) => {
      if (isWanted) setMade(result && resultText(result, signsOf(handed), run));
    });
    return () => {
      isWanted = false;
    };
  }, [isFinished]);
  return isFinished ? made : null;
}
