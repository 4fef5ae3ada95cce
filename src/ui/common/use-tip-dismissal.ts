import { useEffect } from 'react';

/**
 * Escape hides the explanation on show, until the pointer or the focus goes elsewhere; so does a press of
 * its button, whose effect it must not lie on. A tap is what shows it where nothing hovers.
 */
export function useTipDismissal(): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    const hide = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') dataset['tips'] = 'off';
    };
    const press = (event: MouseEvent) => {
      const isTap = event instanceof PointerEvent && event.pointerType === 'touch';
      if (isTap || !(event.target instanceof Element)) return;
      if (event.target.closest('button') !== null) dataset['tips'] = 'off';
    };
    const allow = () => {
      delete dataset['tips'];
    };
    const leave = ({ target }: PointerEvent) => {
      if (target instanceof Element && target.closest('.has-tip')) allow();
    };
    document.addEventListener('keydown', hide);
    document.addEventListener('click', press);
    document.addEventListener('focusin', allow);
    document.addEventListener('pointerout', leave);
    return () => {
      document.removeEventListener('keydown', hide);
      document.removeEventListener('click', press);
      document.removeEventListener('focusin', allow);
      document.removeEventListener('pointerout', leave);
    };
  }, []);
}
