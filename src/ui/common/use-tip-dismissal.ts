import { useEffect } from 'react';

/** Escape hides the explanation on show, until the pointer or the focus goes elsewhere. */
export function useTipDismissal(): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    const hide = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') dataset['tips'] = 'off';
    };
    const allow = () => {
      delete dataset['tips'];
    };
    const leave = ({ target }: PointerEvent) => {
      if (target instanceof Element && target.closest('.has-tip')) allow();
    };
    document.addEventListener('keydown', hide);
    document.addEventListener('focusin', allow);
    document.addEventListener('pointerout', leave);
    return () => {
      document.removeEventListener('keydown', hide);
      document.removeEventListener('focusin', allow);
      document.removeEventListener('pointerout', leave);
    };
  }, []);
}
