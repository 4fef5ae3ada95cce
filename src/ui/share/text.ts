/** What the page says of links, results in them, and codes. */
import type { LessonPart } from '../../experiment/lesson.ts';

export const SHARE = {
  title: 'Share',
  lead: 'A link is the whole run: experiment, seed and changes on the way. Nothing is sent anywhere by making it.',
  claimed: 'Claimed by the link, not trained here: its curves are drawn behind the run at hand.',
  stillOpen: 'The run itself is open: train it to see what comes of it.',
  dismiss: 'Takes what the link claims off the page; the run stays.',
  replay: 'Trains the run of the link from its seed; the figures of both then stand side by side.',
  result:
    'Puts the curves, the errors and, where they fit, the signs of the weights into the link.',
  unfinished: 'The link carries a result once the run is finished.',
  tooLong: 'The result does not fit into a link: save it as a file instead.',
  autoplay: 'Whoever opens the link sees it train at once.',
  file: 'Saves the finished run, curves and epochs, as a JSON file.',
  checkpoint: 'Opens the panel of checkpoints: weights and all, to go on from.',
  parts:
    'Leaves the chosen controls out, for a class that is to see one thing; everybody can bring them back.',
  copied: 'Copied.',
  denied: 'The clipboard is not allowed here: select the text and copy it by hand.',
  copy: 'Copies it; nothing is sent.',
  closeCode: 'Goes back to the panel of links; Escape does the same.',
  web: 'Hands the link to the apps of this device.',
  unshared: 'This device did not take the link: copy it instead.',
  embed: 'A frame for a page of your own: charts and controls of this run, without the heading.',
  large: 'Shows the code as large as the screen allows; Escape closes it.',
} as const;

export const PART_NAMES: Readonly<Record<LessonPart, string>> = {
  data: 'Data',
  recipe: 'Recipe',
  settings: 'Settings of the experiment',
  weights: 'Kind of weights',
  seed: 'New seed',
  compare: 'Compare all',
  speed: 'Speed',
  example: 'Try it',
  inside: 'Inside the layers',
  runs: 'Runs',
  step: 'What happens in a step',
  cost: 'Costs and accelerator',
  export: 'Export',
  share: 'Share',
};
