/** The flags of `npm run bench`, read and checked: a task, or one sentence. */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '../../src/experiment/result.ts';
import { CURVES, type CurveId } from './curves.ts';
import { ROLES, SHAPES, type Role, type Shape } from './kernels.ts';
import { PEERS } from './measure.ts';
import type { Task } from './suite.ts';
import { WORKLOAD_IDS } from './workloads.ts';

/** What needs neither the peers nor a browser: the heap sampling, and drawing rows of an earlier run. */
export type LocalTask =
  { readonly kind: 'heap' } | { readonly kind: 'draw'; readonly file: string };

export interface BenchOptions {
  readonly task: Task | LocalTask;
  readonly json: boolean;
  /** In Node on Dawn, without a browser and without the peers. */
  readonly node: boolean;
  /** Chromium on the machine's own GPU instead of the software adapter. */
  readonly gpu: boolean;
}

const USAGE =
  'npm run bench -- [--only PEER,…] [--workload W,…] [--windows N] [--seconds S] [--cap S] [--kernels [ROLE] [--shape B,I,O]… | --image | --curves [CURVE] | --heap | --draw FILE] [--node | --gpu] [--json]';

const OPTIONS = {
  only: { type: 'string' },
  workload: { type: 'string' },
  windows: { type: 'string' },
  seconds: { type: 'string' },
  cap: { type: 'string' },
  kernels: { type: 'boolean' },
  image: { type: 'boolean' },
  curves: { type: 'boolean' },
  heap: { type: 'boolean' },
  draw: { type: 'string' },
  shape: { type: 'string', multiple: true },
  node: { type: 'boolean' },
  gpu: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** A comma-separated list out of `allowed`, in the order of `allowed`; all of it where not given. */
function listOf<T extends string>(
  name: string,
  text: string | undefined,
  allowed: readonly T[],
): Result<T[]> {
  if (text === undefined) return ok([...allowed]);
  const names = text.split(',');
  const unknown = names.find((entry) => !allowed.some((one) => one === entry));
  return unknown === undefined
    ? ok(allowed.filter((one) => names.includes(one)))
    : fail(`--${name} has "${unknown}"; allowed are ${allowed.join(', ')}, separated by commas.`);
}

function numberOf(
  name: string,
  text: string | undefined,
  standard: number,
  { min, max, whole }: { readonly min: number; readonly max: number; readonly whole: boolean },
): Result<number> {
  if (text === undefined) return ok(standard);
  const value = Number(text);
  const pattern = whole ? /^\d+$/ : /^\d+(\.\d+)?$/;
  return pattern.test(text) && value >= min && value <= max
    ? ok(value)
    : fail(
        `--${name} is "${text}"; allowed is a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`,
      );
}

const LARGEST = 8192;

function shapeOf(text: string): Result<Shape> {
  const [B, I, O, ...more] = text.split(',').map(Number);
  const fits = (n: number | undefined): n is number =>
    n !== undefined && Number.isInteger(n) && n >= 1 && n <= LARGEST;
  return fits(B) && fits(I) && fits(O) && more.length === 0
    ? ok({ B, I, O })
    : fail(`--shape is "${text}"; allowed is B,I,O: three whole numbers from 1 to ${LARGEST}.`);
}

function shapesOf(texts: readonly string[] | undefined): Result<readonly Shape[]> {
  if (texts === undefined) return ok(SHAPES);
  const shapes: Shape[] = [];
  for (const text of texts) {
    const shape = shapeOf(text);
    if (!shape.ok) return shape;
    shapes.push(shape.value);
  }
  return ok(shapes);
}

/** What is measured: the table of peers where no mode is named. */
const MODES = ['kernels', 'image', 'curves', 'heap', 'draw'] as const;
type Mode = (typeof MODES)[number] | 'table';
type Flag = Exclude<keyof typeof OPTIONS, (typeof MODES)[number]>;

const TIMING = ['windows', 'seconds', 'cap'] as const;
const PLACE = ['node', 'gpu', 'json'] as const;
const TAKES: Readonly<Record<Mode, readonly Flag[]>> = {
  table: ['only', 'workload', ...TIMING, ...PLACE],
  kernels: ['shape', ...TIMING, ...PLACE],
  image: [...TIMING, ...PLACE],
  curves: ['only', ...TIMING, ...PLACE],
  heap: ['node', 'json'],
  draw: [],
};
/** What may follow a mode's own flag. */
const WORDS: Readonly<Record<Mode, readonly string[]>> = {
  table: [],
  kernels: ROLES,
  image: [],
  curves: CURVES,
  heap: [],
  draw: [],
};

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

function modeOf(values: Values): Result<Mode> {
  const [mode = 'table', other] = MODES.filter((name) => values[name] !== undefined);
  return other === undefined ? ok(mode) : fail(`--${mode} and --${other} exclude each other.`);
}

/** A sentence about what does not belong to a mode, or null. */
function misplaced(mode: Mode, values: Values, words: readonly string[]): string | null {
  const allowed = WORDS[mode];
  if (words.length > 1 || words.some((word) => !allowed.includes(word))) {
    const said = words.join(' ');
    return allowed.length === 0
      ? `"${said}" is no flag. ${USAGE}`
      : `--${mode} has "${said}"; allowed is one of ${allowed.join(', ')}.`;
  }
  const takes: readonly string[] = TAKES[mode];
  const flag = Object.keys(values).find((name) => name !== mode && !takes.includes(name));
  if (flag === undefined) return null;
  const owner = MODES.find((name) => TAKES[name].some((one) => one === flag));
  return mode === 'table' && owner !== undefined
    ? `--${flag} belongs to --${owner}.`
    : `--${flag} does not belong to --${mode}.`;
}

export function readOptions(args: readonly string[]): Result<BenchOptions> {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    return fail(`${reason}. ${USAGE}`);
  }
  const { values, positionals } = parsed;
  const { node = false, gpu = false, json = false } = values;
  const mode = modeOf(values);
  if (!mode.ok) return mode;
  const wrong = misplaced(mode.value, values, positionals);
  if (wrong !== null) return fail(wrong);
  if (node && gpu) return fail('--node and --gpu exclude each other: Node takes the GPU there is.');
  if (node && values.only !== undefined && values.only !== 'ours') {
    return fail(
      `--only is "${values.only}"; allowed with --node is ours: the peers need a browser.`,
    );
  }

  const windows = numberOf('windows', values.windows, 5, { min: 1, max: 1000, whole: true });
  const seconds = numberOf('seconds', values.seconds, 1, { min: 0.01, max: 600, whole: false });
  const cap = numberOf('cap', values.cap, 60, { min: 0, max: 36_000, whole: false });
  const standard = mode.value === 'curves' ? 'ours,jax-js' : undefined;
  const peers = listOf('only', node ? 'ours' : (values.only ?? standard), PEERS);
  const workloads = listOf('workload', values.workload, WORKLOAD_IDS);
  const shapes = shapesOf(values.shape);
  for (const part of [windows, seconds, cap, peers, workloads, shapes]) if (!part.ok) return part;
  if (!windows.ok || !seconds.ok || !cap.ok || !peers.ok || !workloads.ok || !shapes.ok) {
    return fail(USAGE);
  }
  const timing = { windows: windows.value, seconds: seconds.value, cap: cap.value };
  const tasks: Record<Mode, () => Task | LocalTask> = {
    table: () => ({ kind: 'speed', peers: peers.value, workloads: workloads.value, timing }),
    kernels: () => {
      const roles: readonly Role[] = ROLES.filter((role) => (positionals[0] ?? role) === role);
      return { kind: 'kernels', roles, shapes: shapes.value, timing };
    },
    image: () => ({ kind: 'image', timing }),
    curves: () => {
      const curves: readonly CurveId[] = CURVES.filter((id) => (positionals[0] ?? id) === id);
      return { kind: 'curves', peers: peers.value, curves, timing };
    },
    heap: () => ({ kind: 'heap' }),
    draw: () => ({ kind: 'draw', file: values.draw ?? '' }),
  };
  return ok({ task: tasks[mode.value](), json, node, gpu });
}
