import { useId } from 'react';
import { useStore } from 'zustand';
import { whole } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';
import { RECORDED } from '../text.ts';
import type { Player } from './player.ts';
import { currentPlayer } from './start.ts';
import '../styles/recorded.css';

/** What is played and where it was trained; winds it by pointer and by arrow keys. */
export default function RecordedBar() {
  const player = currentPlayer();
  return player === null ? null : <Bar player={player} />;
}

function Bar({ player }: { readonly player: Player }) {
  const [title, place, help] = [useId(), useId(), useId()];
  const { at, of } = useStore(player.store);
  const opened = usePage((state) => state.opened);
  const step = usePage((state) => state.step);
  if (opened === null) return null;
  const { adapter, stepsPerEpoch, run } = opened;
  const said = `step ${whole(step)} of ${whole(stepsPerEpoch * run.spec.epochs)}`;
  return (
    <section className="recorded" aria-labelledby={title}>
      <h2 id={title}>{RECORDED.title}</h2>
      <p className="caption">
        {RECORDED.lead} It was trained on {adapter.name}
        {adapter.software && ' (software)'}.
      </p>
      <div className="recorded-place">
        <label htmlFor={place}>Moment</label>
        <input
          id={place}
          type="range"
          min={0}
          max={of - 1}
          step={1}
          value={at}
          aria-valuetext={said}
          aria-describedby={help}
          onChange={({ target }) => {
            player.seek(Number(target.value));
          }}
        />
        <span>{said}</span>
        <TipButton
          help={RECORDED.leave}
          onClick={() => {
            const before = playground.state.recorded?.before;
            if (before !== undefined) playground.open(before);
          }}
        >
          Leave the recording
        </TipButton>
      </div>
      <p className="caption" id={help}>
        {RECORDED.place}
      </p>
    </section>
  );
}
