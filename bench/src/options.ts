/** The flags of `npm run bench`, read and checked: a task, or one sentence. */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '../../src/experiment/result.ts';
import { ROLES, SHAPES, type Role, type Shape } from './kernels.ts';
import { PEERS } from './measure.ts';
import type { Task } from './suite.ts';
import { WORKLOAD_IDS } from './workloads.ts';

export interface BenchOptions {
  readonly task: Task;
  readonly json: boolean;
  /** In Node on Dawn, without a browser and without the peers. */
  readonly node: boolean;
  /** Chromium on the machine's own GPU instead of the software adapter. */
  readonly gpu: boolean;
}

const USAGE =
  'npm run bench -- [--only PEER,…] [--workload W,…] [--windows N] [--seconds S] [--cap S] [--kernels [ROLE] [--shape B,I,O]…] [--node | --gpu] [--json]';

const OPTIONS = {
  only: { type: 'string' },
  workload: { type: 'string' },
  windows: { type: 'string' },
  seconds: { type: 'string' },
  cap: { type: 'string' },
  kernels: { type: 'boolean' },
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

export function readOptions(args: readonly string[]): Result<BenchOptions> {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    return fail(`${reason}. ${USAGE}`);
  }
  const { values, positionals } = parsed;
  const { kernels = false, node = false, gpu = false, json = false } = values;
  const [word, ...rest] = positionals;
  const role = ROLES.find((one) => one === word);
  if (rest.length > 0 || (word !== undefined && (!kernels || role === undefined))) {
    return fail(
      kernels
        ? `--kernels has "${positionals.join(' ')}"; allowed is one of ${ROLES.join(', ')}.`
        : `"${positionals.join(' ')}" is no flag. ${USAGE}`,
    );
  }
  if (node && gpu) return fail('--node and --gpu exclude each other: Node takes the GPU there is.');
  if (values.shape !== undefined && !kernels) return fail('--shape belongs to --kernels.');
  if (kernels && (values.only !== undefined || values.workload !== undefined)) {
    return fail('--only and --workload do not belong to --kernels.');
  }
  if (node && values.only !== undefined && values.only !== 'ours') {
    return fail(
      `--only is "${values.only}"; allowed with --node is ours: the peers need a browser.`,
    );
  }

  const windows = numberOf('windows', values.windows, 5, { min: 1, max: 1000, whole: true });
  const seconds = numberOf('seconds', values.seconds, 1, { min: 0.01, max: 600, whole: false });
  const cap = numberOf('cap', values.cap, 60, { min: 0, max: 36_000, whole: false });
  const peers = listOf('only', node ? 'ours' : values.only, PEERS);
  const workloads = listOf('workload', values.workload, WORKLOAD_IDS);
  const shapes = shapesOf(values.shape);
  for (const part of [windows, seconds, cap, peers, workloads, shapes]) if (!part.ok) return part;
  if (!windows.ok || !seconds.ok || !cap.ok || !peers.ok || !workloads.ok || !shapes.ok) {
    return fail(USAGE);
  }
  const timing = { windows: windows.value, seconds: seconds.value, cap: cap.value };
  const roles: readonly Role[] = role === undefined ? ROLES : [role];
  const task: Task = kernels
    ? { kind: 'kernels', roles, shapes: shapes.value, timing }
    : { kind: 'speed', peers: peers.value, workloads: workloads.value, timing };
  return ok({ task, json, node, gpu });
}
