/** What each colour of the page means, in a sentence; the tokens are those of styles/tokens.css. */

export interface Colour {
  /** Its tokens; two are the ends of a ramp. */
  readonly tokens: readonly [string, string?];
  readonly name: string;
  readonly text: string;
  /** How its lines are drawn, so that colour is never all that tells them apart. */
  readonly line?: 'solid' | 'dashed' | 'dotted';
}

export const COLOURS: readonly Colour[] = [
  {
    ...{ tokens: ['mode-none'], name: 'Real weights', line: 'solid' },
    text: 'What is trained or measured with real weights: solid lines.',
  },
  {
    ...{ tokens: ['mode-deterministic'], name: 'Deterministic weights', line: 'dashed' },
    text: 'What is trained or measured with signs: dashed lines.',
  },
  {
    ...{ tokens: ['mode-stochastic'], name: 'Stochastic weights', line: 'dotted' },
    text: 'What is trained or measured with sampled weights: dotted lines.',
  },
  {
    ...{ tokens: ['weights-ternary'], name: 'Ternary weights' },
    text: 'What is measured with −Δ, 0 and +Δ, in retraining.',
  },
  {
    ...{ tokens: ['layer-first', 'layer-last'], name: 'Layers' },
    text: 'The ramp goes from the first layer to the output.',
  },
  {
    ...{ tokens: ['sign-plus'], name: '+H' },
    text: 'A weight that propagates, or is stored, as positive.',
  },
  {
    ...{ tokens: ['sign-minus', 'sign-minus-text'], name: '−H' },
    text: 'A weight that propagates, or is stored, as negative.',
  },
  {
    ...{ tokens: ['glow'], name: 'Just flipped' },
    text: 'A sign that changed a moment ago; it fades.',
  },
  {
    ...{ tokens: ['class-0', 'class-1'], name: 'Two classes' },
    text: 'The points of a toy task and the places that the net gives to their classes.',
  },
  {
    ...{ tokens: ['bar'], name: 'Histogram' },
    text: 'The grey of a bar is how many stored weights lie there; bars at the ends, at −H and +H, have the colours of those.',
  },
  {
    ...{ tokens: ['ink'], name: 'Ink of strips and maps' },
    text: 'The stronger the ink, the larger the share in a strip over time, or the number in a feature map.',
  },
  {
    ...{ tokens: ['focus'], name: 'Focus' },
    text: 'Where the keyboard acts.',
  },
  {
    ...{ tokens: ['alarm'], name: 'Alarm' },
    text: 'What is wrong: a value that is not allowed, a run that failed, or mistakes, the stronger the larger their share of a class.',
  },
];
