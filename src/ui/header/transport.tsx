import { ActionButton } from '../common/action-button.tsx';
import { Shown } from '../common/shown.tsx';
import { Odometer } from './odometer.tsx';
import { SpeedSwitch } from './speed-switch.tsx';
import { WeightsSwitch } from './weights-switch.tsx';

/** The controls of the running net: they stay in sight on any screen. */
export function Transport() {
  return (
    <section className="controls" aria-label="Controls">
      <div className="transport">
        <Shown part="weights">
          <WeightsSwitch />
        </Shown>
        <div className="transport-buttons">
          <ActionButton name="train" className="primary" />
          <ActionButton name="step" />
          <ActionButton name="rewind" />
          <ActionButton name="reseed" />
          <ActionButton name="compare" />
        </div>
      </div>
      <Shown part="speed">
        <SpeedSwitch />
      </Shown>
      <Odometer />
    </section>
  );
}
