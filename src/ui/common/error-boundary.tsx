import { Component, type ErrorInfo, type ReactNode } from 'react';
import { encodeLink } from '../../experiment/link.ts';
import { playground } from '../page.ts';
import { sharedRun } from '../state/share.ts';

interface ErrorBoundaryState {
  readonly message: string | null;
}

/** Where drawing the page fails, the experiment is still handed to the person as a link. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { message: null };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    const hash = encodeLink(sharedRun(playground.state));
    return (
      <main className="notice notice-page" role="alert">
        <h1>The page broke while drawing itself</h1>
        <p>{this.state.message}</p>
        <p id="kept-link">
          Your experiment is kept in this link:{' '}
          <a href={hash} aria-describedby="kept-link">
            {hash}
          </a>
        </p>
        <button
          type="button"
          aria-describedby="kept-link"
          onClick={() => {
            location.hash = hash;
            location.reload();
          }}
        >
          Reload the page
        </button>
      </main>
    );
  }
}
