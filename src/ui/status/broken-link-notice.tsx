import { playground } from '../page.ts';
import type { BrokenLink } from '../state/page-state.ts';
import { Notice } from './notice.tsx';

/** A link that cannot be read: why, and the text itself, so that it can be mended by hand. */
export function BrokenLinkNotice({ link }: { readonly link: BrokenLink }) {
  return (
    <Notice
      title="This link does not describe an experiment"
      sentences={[link.sentence]}
      button="Start with the default experiment"
      help="Opens the experiment that the page begins with; the link leaves the address bar."
      onPress={() => {
        history.replaceState(null, '', location.pathname + location.search);
        playground.openLink('');
      }}
    >
      <p>The link is kept here, and in the address bar:</p>
      <code className="link-text">{link.text}</code>
    </Notice>
  );
}
