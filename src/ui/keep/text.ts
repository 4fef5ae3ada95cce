/** What the page says of checkpoints and exports. */
import { bytes, whole } from '../common/format.ts';

export const KEEP = {
  title: 'Keep and export',
  lead: 'Files are made in this browser and go nowhere else.',
  checkpoint:
    'The whole run at this step: weights, moments, batch norm, records and curves. Opened here or by npm run train -- --resume, it goes on as if it had never stopped.',
  open: 'Opens a checkpoint file: the run stands where it was saved. It may be dropped on the page too.',
  safetensors:
    'Stored weights, batch norm and its measured statistics as float32, for NumPy, PyTorch and others.',
  packed:
    'One bit a weight, batch norm folded into one multiply-add a unit; a C program and a JavaScript reader are in the repository.',
  onnxBinary: 'The net with its binary weights as floats, for ONNX Runtime and others.',
  onnxReal: 'The net with its stored, real weights, for ONNX Runtime and others.',
  pytorch:
    'The same experiment as one Python file, with the same order and random numbers; torchrun shares it out over many GPUs.',
  csv: 'Losses and errors of every measured epoch, a line each, for a spreadsheet.',
  json: 'The spec, the changes on the way, the epochs and the curves.',
  frozen: 'Training waits while batch norm is measured for these weights.',
  none: 'No run stands here yet.',
  cpu: 'Made of what a graphics device holds; this run trains on the CPU.',
  noEpoch: 'No epoch of this run has been measured yet.',
  failed: 'It could not be made: the run that it was asked of does not stand here any more.',
  denied: 'This browser keeps no checkpoints for this page: the run goes when the page is closed.',
  full: 'The browser has no room for a checkpoint: the last one stays, and training goes on.',
  tooLarge:
    'This run is too large to be kept by itself (over 268 MB): save its checkpoint as a file.',
  notLoaded:
    'What checkpoints need could not be loaded: the network may be gone. Training goes on, and it is tried again.',
  gone: 'The checkpoint is not in this browser any more.',
  elsewhere: 'That run is open in another tab by now.',
  inBrowser: 'The kept checkpoint',
  restore: 'Opens the run where its checkpoint was taken, weights and all, to go on from there.',
} as const;

export const tooLong = (name: string, size: number, most: number): string =>
  `${name} is ${bytes(size)} long; allowed for a checkpoint are at most ${bytes(most)}.`;

export const offered = (name: string, step: number, steps: number): string =>
  `A run was under way when this page was last left: ${name}, at step ${whole(step)} of ${whole(steps)}.`;

export const made = (name: string, size: number): string => `${name} is saved: ${bytes(size)}.`;
