import { playground, usePage } from '../page.ts';
import { applyTheme, THEMES } from '../state/theme.ts';
import { Tip } from '../common/tip.tsx';
import { HELP } from '../text.ts';

/** Goes round: system, light, dark. */
export function ThemeButton() {
  const theme = usePage((state) => state.theme);
  return (
    <Tip text={HELP.theme} side="end">
      {(describedBy) => (
        <button
          type="button"
          className="quiet"
          aria-describedby={describedBy}
          onClick={() => {
            const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
            applyTheme(next);
            playground.set({ theme: next });
          }}
        >
          Theme: {theme}
        </button>
      )}
    </Tip>
  );
}
