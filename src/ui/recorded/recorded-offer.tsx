import { useId, useState } from 'react';
import { RECORDED } from '../text.ts';

/** Where nothing can be trained there is still something to be seen. */
export function RecordedOffer() {
  const help = useId();
  const [problem, setProblem] = useState('');
  const play = async () => {
    const { playRecorded } = await import('./start.ts');
    setProblem((await playRecorded()) ?? '');
  };
  return (
    <>
      <button
        type="button"
        aria-describedby={help}
        onClick={() => {
          // The code itself may not come.
          play().catch(() => {
            setProblem(RECORDED.failed);
          });
        }}
      >
        {RECORDED.offer}
      </button>
      <p className="caption" id={help}>
        {RECORDED.help}
      </p>
      {problem !== '' && <p>{problem}</p>}
    </>
  );
}
