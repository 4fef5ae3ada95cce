import { useEffect } from 'react';
import { placeTip } from './place-tip.ts';
import { useTipDismissal } from './use-tip-dismissal.ts';

/** What an explanation must not lie on. */
const CONTROLS = 'button, input, select, textarea, summary, a[href]';

const tipOf = (host: Element): HTMLElement | null =>
  host.querySelector<HTMLElement>(':scope > .tip');

/** What holds a control and its explanation. */
const hostOf = (target: EventTarget | null): Element | null =>
  target instanceof Element ? target.closest('.has-tip') : null;

function place(host: Element): void {
  const tip = tipOf(host);
  if (tip === null) return;
  const own = host.getBoundingClientRect();
  // Whose control is scrolled away explains nothing that can be seen.
  tip.toggleAttribute('data-away', own.bottom < 0 || own.top > innerHeight);
  const others = [...(host.closest('dialog') ?? document).querySelectorAll(CONTROLS)]
    .filter((control) => !host.contains(control) && control.closest('.tip') === null)
    // What is folded away has a place too, but nobody sees it there.
    .filter((control) => control.checkVisibility())
    .map((control) => control.getBoundingClientRect());
  const view = { width: document.documentElement.clientWidth, height: innerHeight };
  const { width, height } = tip.getBoundingClientRect();
  const side = tip.dataset['side'] === 'end' ? 'end' : 'start';
  const { left, top } = placeTip(own, { width, height }, others, view, side);
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

/** Explanations come where they hide no control, and go with Escape. */
export function useTips(): void {
  useTipDismissal();
  useEffect(() => {
    const come = ({ target }: Event) => {
      const host = hostOf(target);
      if (host !== null) place(host);
    };
    const follow = () => {
      const host = hostOf(document.activeElement);
      if (host !== null) place(host);
    };
    document.addEventListener('focusin', come);
    document.addEventListener('pointerover', come);
    document.addEventListener('scroll', follow, { capture: true, passive: true });
    addEventListener('resize', follow);
    return () => {
      document.removeEventListener('focusin', come);
      document.removeEventListener('pointerover', come);
      document.removeEventListener('scroll', follow, { capture: true });
      removeEventListener('resize', follow);
    };
  }, []);
}
