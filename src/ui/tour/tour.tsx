import { useEffect, useId, useRef, useState } from 'react';
import { bringIntoSight } from '../common/go-to.ts';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';
import { STEPS, type TourStep } from './steps.ts';
import { leaveTour, showStep } from './tour-state.ts';
import '../styles/tour.css';

const MARK = 'data-tour';

/** The fourth step points at one region among others of its kind. */
const targetOf = ({ target, title }: TourStep): Element | null =>
  title === 'What it has learnt'
    ? ([...document.querySelectorAll(target)].find(
        (region) => region.querySelector('h3')?.textContent === 'Error',
      ) ?? null)
    : document.querySelector(target);

interface StepProps {
  readonly number: number;
  readonly step: TourStep;
}

function Step({ number, step }: StepProps) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const [before] = useState(playground.state);
  // Once it has happened it has happened, whatever comes after.
  const [isDone, setDone] = useState(false);
  const isLast = number === STEPS.length;

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    const look = () => {
      const { state, streams } = playground;
      if (step.isDone({ state, streams, before })) setDone(true);
    };
    look();
    // Phases shown are no part of the page's state.
    const timer = setInterval(look, 250);
    const { body } = document;
    let marked: Element | null = null;
    // What is pointed at may come only when a section is opened.
    const point = () => {
      const target = targetOf(step);
      if (target === marked) return;
      marked?.removeAttribute(MARK);
      marked = target;
      target?.setAttribute(MARK, '');
      if (target !== null) bringIntoSight(target);
    };
    point();
    const pointer = setInterval(point, 250);
    body.setAttribute('data-touring', '');
    return () => {
      clearInterval(timer);
      clearInterval(pointer);
      marked?.removeAttribute(MARK);
      body.removeAttribute('data-touring');
    };
  }, [step, before]);

  return (
    <aside
      className="tour"
      aria-labelledby={id}
      onKeyDown={({ key }) => {
        if (key === 'Escape') leave();
      }}
    >
      <p className="caption">
        Tour, step {number} of {STEPS.length}
      </p>
      <h2 id={id} ref={heading} tabIndex={-1}>
        {step.title}
      </h2>
      <p>{step.text}</p>
      <p aria-live="polite" className="tour-task" data-done={isDone}>
        {isDone ? step.done : step.task}
      </p>
      <div className="tour-buttons">
        {(!isDone || isLast) && (
          <TipButton
            help="Does it for you, on the run that stands here."
            onClick={() => {
              step.act(playground);
            }}
          >
            {step.deed}
          </TipButton>
        )}
        <TipButton
          help={isLast ? 'Ends the tour.' : 'Goes on to the next step of the tour.'}
          className={isDone ? 'primary' : undefined}
          onClick={() => {
            if (isLast) focusBack();
            showStep(playground, number);
          }}
        >
          {isLast ? 'Finish' : isDone ? 'Next' : 'Skip'}
        </TipButton>
        {number > 1 && (
          <TipButton
            help="Goes back to the step before."
            className="quiet"
            onClick={() => {
              showStep(playground, number - 2);
            }}
          >
            Back
          </TipButton>
        )}
        <TipButton
          help="Leaves the tour; it can be resumed at this step."
          className="quiet"
          onClick={leave}
        >
          Leave
        </TipButton>
      </div>
    </aside>
  );
}

const focusBack = (): void => {
  document.getElementById('action-train')?.focus();
};

function leave(): void {
  leaveTour(playground);
  focusBack();
}

/** Stands beside the page and stops nothing: everything can be used while it is there. */
export default function Tour() {
  const tour = usePage((state) => state.tour);
  const step = STEPS[tour ?? -1];
  if (tour === null || step === undefined) return null;
  return <Step key={tour} number={tour + 1} step={step} />;
}
