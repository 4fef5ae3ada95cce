import type { KernelOrigin, Tuning } from '../../session/protocol.ts';
import { Tip } from '../common/tip.tsx';
import { playground, usePage } from '../page.ts';
import { isRunning } from '../state/page-state.ts';
import { HELP, KERNELS_SHORT } from '../text.ts';

interface Line {
  readonly text: string;
  readonly button?: {
    readonly label: string;
    /** The rest of its name, for those who do not see what it stands beside. */
    readonly of: string;
    readonly help: 'tuning' | 'useMeasured';
    readonly onPress: () => void;
  };
}

function lineOf(tuning: Tuning | null, origin: KernelOrigin, atStart: boolean): Line {
  switch (tuning?.state) {
    case undefined:
      return { text: KERNELS_SHORT[origin] };
    case 'measuring':
      return {
        text: `Measuring kernels ${tuning.done}/${tuning.of}`,
        button: {
          label: 'Skip',
          of: 'measuring kernels',
          help: 'tuning',
          onPress: () => {
            playground.tune('skip');
          },
        },
      };
    case 'skipped':
      return {
        text: KERNELS_SHORT[origin],
        button: {
          label: 'Measure',
          of: 'kernels',
          help: 'tuning',
          onPress: () => {
            playground.tune('now');
          },
        },
      };
    case 'measured':
      if (!atStart) return { text: 'Kernels measured: the next run has the fastest' };
      return {
        text: 'Kernels measured',
        button: {
          label: 'Use now',
          of: 'the kernels that measured fastest',
          help: 'useMeasured',
          onPress: () => {
            playground.useMeasured();
          },
        },
      };
  }
}

/** Which kernels the run has, and how measuring them goes: quiet, in the background, and skippable. */
export function KernelLine() {
  const tuning = usePage((state) => state.tuning);
  const origin = usePage((state) => state.opened?.adapter.origin ?? null);
  const atStart = usePage((state) => state.step === 0 && !isRunning(state));
  if (origin === null) return null;
  const { text, button } = lineOf(tuning, origin, atStart);
  return (
    <div className="kernel-line" data-active={button !== undefined}>
      <span>{text}</span>
      {button !== undefined && (
        <Tip text={HELP[button.help]} side="end">
          {(describedBy) => (
            <button
              type="button"
              className="quiet"
              aria-describedby={describedBy}
              onClick={button.onPress}
            >
              {button.label}
              <span className="visually-hidden"> {button.of}</span>
            </button>
          )}
        </Tip>
      )}
    </div>
  );
}
