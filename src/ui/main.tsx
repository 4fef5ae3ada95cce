import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ErrorBoundary } from './common/error-boundary.tsx';
import { desk } from './data/own.ts';
import { keepOffline } from './offline.ts';
import { keeper, playground } from './page.ts';
import { isRunning } from './state/page-state.ts';
import { applyTheme } from './state/theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/network.css';
import './styles/charts.css';
import './styles/looks.css';
import './styles/notices.css';
import './styles/own.css';
import './styles/on-demand.css';
import './styles/runs.css';
import './styles/keep.css';

applyTheme(playground.state.theme);
void desk.refresh();
void keeper.recall();
addEventListener('visibilitychange', () => {
  // The tab may not come back: what is under way is kept while there is time.
  if (document.visibilityState === 'hidden' && isRunning(playground.state)) keeper.save();
});
playground.openLink(location.hash);
addEventListener('hashchange', () => {
  playground.openLink(location.hash);
});

keepOffline(() => {
  playground.set({ hasNews: true });
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </StrictMode>,
  );
}
