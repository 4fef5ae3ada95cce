/** Parts of the page whose code comes when they are needed, and what stands in their place where it does not. */
import { Component, type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react';
import { NOT_LOADED } from '../text.ts';
import { TipButton } from './tip-button.tsx';

/** The code of a part did not come; anything else that a part throws is not this. */
class NotLoaded extends Error {}

type Load<P> = () => Promise<{ readonly default: ComponentType<P> }>;

interface PartOptions {
  /** What stands there while the code is on its way. */
  readonly waiting?: ReactNode;
  /** For a part that lies over the page: closes it. Its sentence lies there too, and can be dismissed. */
  readonly close?: () => void;
}

/** A component whose code `load` brings when it is first drawn, and once more where that is asked for. */
export function part<P extends object>(
  load: Load<P>,
  { waiting = <p className="caption">Loading …</p>, close }: PartOptions = {},
): ComponentType<P> {
  const lazily = () =>
    lazy(() =>
      load().catch(() => {
        throw new NotLoaded();
      }),
    );
  let loaded = lazily();
  return function Part(props: P) {
    const [Loaded, setLoaded] = useState(() => loaded);
    const again = () => {
      loaded = lazily();
      setLoaded(() => loaded);
    };
    return (
      <LoadBoundary fallback={(clear) => <Missing {...{ again, clear, close }} />}>
        <Suspense fallback={waiting}>
          <Loaded {...props} />
        </Suspense>
      </LoadBoundary>
    );
  };
}

interface LoadBoundaryProps {
  readonly fallback: (clear: () => void) => ReactNode;
  readonly children: ReactNode;
}

interface LoadBoundaryState {
  readonly failed: unknown;
}

class LoadBoundary extends Component<LoadBoundaryProps, LoadBoundaryState> {
  override state: LoadBoundaryState = { failed: null };

  static getDerivedStateFromError(failed: unknown): LoadBoundaryState {
    return { failed };
  }

  override render(): ReactNode {
    const { failed } = this.state;
    if (failed === null) return this.props.children;
    if (!(failed instanceof NotLoaded)) throw failed as Error;
    return this.props.fallback(() => {
      this.setState({ failed: null });
    });
  }
}

interface MissingProps {
  readonly again: () => void;
  readonly clear: () => void;
  readonly close: (() => void) | undefined;
}

function Missing({ again, clear, close }: MissingProps) {
  return (
    <p className={close ? 'remark missing missing-over' : 'remark missing'} role="alert">
      {NOT_LOADED}
      <TipButton
        help="Asks for this part once more."
        onClick={() => {
          again();
          clear();
        }}
      >
        Try again
      </TipButton>
      {close && (
        <TipButton help="Hides this line." className="quiet" aria-label="Dismiss" onClick={close}>
          ×
        </TipButton>
      )}
    </p>
  );
}
