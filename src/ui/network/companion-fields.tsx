import { BOUNDS, type CompanionsSpec } from '../../experiment/spec.ts';
import { CheckField } from '../common/check-field.tsx';
import { NumberField } from '../common/number-field.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { COMPANIONS, withField } from './arrange.ts';

/** How companions learn, where a layer has one. */
export function CompanionFields() {
  const { network } = usePage(shownSpec);
  const { companions } = network;
  if (companions === undefined) return null;
  const { fade } = companions;
  const edit = (changed: CompanionsSpec) => {
    playground.edit({ network: { ...network, companions: changed } });
  };
  return (
    <>
      <NumberField
        id="companionRate"
        name="Rate of companions"
        help="companionRate"
        value={companions.rate}
        bound={BOUNDS.share}
        onChange={(rate) => {
          edit({ ...companions, rate });
        }}
      />
      <CheckField
        name="Companions fade"
        help="companionFade"
        checked={fade !== undefined}
        onChange={(fades) => {
          edit(withField(companions, 'fade', fades ? COMPANIONS.fade : undefined));
        }}
      />
      {fade !== undefined &&
        (['slope', 'power'] as const).map((field) => (
          <NumberField
            key={field}
            id={`fade-${field}`}
            name={`Fade, ${field}`}
            help={field === 'slope' ? 'fadeSlope' : 'fadePower'}
            value={fade[field]}
            bound={field === 'slope' ? BOUNDS.fadeSlope : BOUNDS.fadePower}
            onChange={(value) => {
              edit({ ...companions, fade: { ...fade, [field]: value } });
            }}
          />
        ))}
    </>
  );
}
