import { encodeLink } from '../../experiment/link.ts';
import type { Run } from '../../experiment/run.ts';
import type { PageState } from './page-state.ts';
import type { Playground } from './playground.ts';

/** The run as it trains, with the kernels it trains with: the same link on the same adapter replays it bit for bit. */
export function sharedRun({ run, opened }: PageState): Run {
  return run.kernels === 'auto' && opened !== null
    ? { ...run, kernels: opened.adapter.kernels }
    : run;
}

/** Copy the run's link and put it into the address bar; where the clipboard is denied the page shows it. */
export async function share(playground: Playground): Promise<void> {
  const hash = encodeLink(sharedRun(playground.state), { embed: playground.state.embed });
  const url = new URL(hash, location.href).href;
  history.replaceState(null, '', url);
  let copied = true;
  try {
    await navigator.clipboard.writeText(url);
  } catch {
    copied = false;
  }
  playground.set({ shared: { url, copied } });
  playground.announce(
    copied
      ? 'Link copied: the whole run, with its seed and changes.'
      : 'The clipboard is not allowed here; the link is shown and selected.',
  );
}
