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

/** True where the clipboard took it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Copy the run's link and put it into the address bar; where the clipboard is denied the page shows it. */
export async function share(playground: Playground): Promise<void> {
  const { embed, hide } = playground.state;
  const hash = encodeLink(sharedRun(playground.state), { embed, hide });
  const url = new URL(hash, location.href).href;
  history.replaceState(null, '', url);
  const copied = await copy(url);
  playground.set({ shared: { url, copied } });
  playground.announce(
    copied
      ? 'Link copied: the whole run, with its seed and changes.'
      : 'The clipboard is not allowed here; the link is shown and selected.',
  );
}
