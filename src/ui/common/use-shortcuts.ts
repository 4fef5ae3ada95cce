import { useEffect } from 'react';
import { actionFor, refusalFor } from '../actions.ts';
import { playground } from '../page.ts';

/** Single keys run the registry's actions, but not while a dialog is open. */
export function useShortcuts(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]')) return;
      const action = actionFor(event, document.activeElement);
      if (action === null || !(playground.state.shortcuts || action.chord === true)) return;
      event.preventDefault();
      if (refusalFor(action, playground.state) === null) action.run(playground);
    };
    document.addEventListener('keydown', press);
    return () => {
      document.removeEventListener('keydown', press);
    };
  }, []);
}
