import { ACTIONS, isLeftOut, refusalFor, type Action, type ActionName } from '../actions.ts';
import { playground, usePage } from '../page.ts';
import { Tip } from './tip.tsx';

export const actionId = (name: ActionName): string => `action-${name}`;

interface ActionButtonProps {
  readonly name: ActionName;
  readonly className?: string;
  readonly side?: 'start' | 'end';
}

/** A button for one action of the registry. */
export function ActionButton({ name, className, side = 'start' }: ActionButtonProps) {
  const action: Action = ACTIONS[name];
  const label = usePage(action.label);
  const refusal = usePage((state) => refusalFor(action, state));
  const isHidden = usePage((state) => isLeftOut(action, state));
  const enabled = refusal === null;
  const key = action.key === null ? '' : ` Key: ${action.keyName}.`;
  if (isHidden) return null;
  return (
    <Tip text={`${action.help}${key}${refusal === null ? '' : ` ${refusal}`}`} side={side}>
      {(describedBy) => (
        <button
          type="button"
          id={actionId(name)}
          className={className}
          aria-describedby={describedBy}
          // Not `disabled`: that would throw the keyboard's focus off the page.
          aria-disabled={!enabled}
          onClick={() => {
            if (enabled) action.run(playground);
          }}
        >
          {label}
        </button>
      )}
    </Tip>
  );
}
