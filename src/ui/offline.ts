/** Use without a network, and news of a new version: the page's side of the service worker. */

/** Milliseconds after loading: first steps do not share the network with it. */
const AFTER = 4000;

let waiting: ServiceWorker | null = null;

/**
 * Keep this version for use without a network. `onNews` is told of a newer one that is there whole and
 * waits. Where workers are denied, or the page is a frame in another, nothing is kept.
 */
export function keepOffline(onNews: () => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || window.self !== window.top)
    return;
  const tell = (worker: ServiceWorker | null) => {
    // Without one in control this is the first visit: what was taken is what is shown.
    if (worker === null || navigator.serviceWorker.controller === null) return;
    waiting = worker;
    onNews();
  };
  const register = async () => {
    const registered = await navigator.serviceWorker.register(
      new URL('service-worker.js', document.baseURI),
    );
    const watch = () => {
      const coming = registered.installing;
      coming?.addEventListener('statechange', () => {
        if (coming.state === 'installed') tell(coming);
      });
    };
    tell(registered.waiting);
    // The browser looks for a new version when the page is opened: one may be on its way already.
    watch();
    registered.addEventListener('updatefound', watch);
  };
  setTimeout(() => {
    // Denied, or no secure address: the page needs its network, and nothing else.
    void register().catch(() => undefined);
  }, AFTER);
}

/** Take the version that waits: this page is loaded anew. */
export function takeNewVersion(): void {
  const reload = () => {
    location.reload();
  };
  // Another tab may have taken it since.
  if (waiting?.state !== 'installed') {
    reload();
    return;
  }
  navigator.serviceWorker.addEventListener('controllerchange', reload);
  waiting.postMessage({ type: 'take' });
}
