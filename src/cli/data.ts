/** `npm run data -- NAME… [--from DIR]`: official data files under public/data/NAME. */
import { parseArgs } from 'node:util';
import { OFFICIAL_IDS, type OfficialId } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { MIRRORS, type Mirrors } from './download.ts';
import { kindOf } from './files.ts';
import { type Failure, install, type InstallOptions } from './install.ts';
import { installSvhn } from './install-svhn.ts';
import { progressBar, type Terminal } from './progress-bar.ts';
import { DATA_DIR, readIndex } from './project.ts';
import { whitenInto } from './whiten.ts';

const NAMES = OFFICIAL_IDS.join(', ');
const OPTIONS = '--from DIR, --whiten, and for svhn --split TRAIN,VALIDATION,TEST and --extra';
const USAGE = `Usage: npm run data -- NAME… [--from DIR] [--whiten]
Puts the official files of a data set under public/data/NAME. NAME is one of ${NAMES}.
Without --from they are downloaded; with it they are copied from DIR/NAME or DIR.
With --whiten they are also prepared as gcn-zca asks for (minutes; twice the data's size), which a run
that asks for it does else by itself, the first time.
For svhn, --split TRAIN,VALIDATION,TEST (numbers of images, or shares such as 80%,10%,10%) takes a
single MAT-file out of DIR as a part of the set, and --extra downloads the extra set (1.3 GB) too.
`;

/** Where the command reads and writes; tests put their own in. */
export interface Surroundings {
  readonly out: { write(text: string): unknown };
  readonly err: Terminal;
  /** Holds index.json and one folder a data set. */
  readonly dataDir: string;
  readonly mirrors: Mirrors;
}

/** Run the command. Gives the exit code; never throws for bad input. */
export async function main(argv: readonly string[]): Promise<number> {
  return run(argv, {
    out: process.stdout,
    err: process.stderr,
    dataDir: DATA_DIR,
    mirrors: MIRRORS,
  });
}

/** The command in given surroundings. */
export async function run(
  argv: readonly string[],
  around: Surroundings,
): Promise<0 | Failure['code']> {
  const asked = readArguments(argv);
  if (!asked.ok) {
    around.err.write(`${asked.error}\n`);
    return 2;
  }
  const { ids, from, whiten, split, extra } = asked.value;
  if (ids.length === 0) {
    around.err.write(USAGE);
    return 2;
  }
  if (from !== null && (await kindOf(from)) !== 'folder') {
    around.err.write(`--from ${from} is not a folder; allowed is a folder with the files.\n`);
    return 2;
  }
  const index = await readIndex(around.dataDir);
  if (!index.ok) {
    around.err.write(`${index.error}\n`);
    return 1;
  }
  const bar = progressBar(around.err);
  for (const id of ids) {
    const options: InstallOptions = {
      dataDir: around.dataDir,
      mirrors: around.mirrors[id],
      from,
      bar,
    };
    const done =
      id === 'svhn'
        ? await installSvhn(index.value.svhn, options, { split, extra })
        : await install(id, index.value[id], options);
    bar.clear();
    if (!done.ok) {
      around.err.write(`${done.error.message}\n`);
      return done.error.code;
    }
    around.out.write(`${done.value}\n`);
    if (whiten) {
      const whitened = await whitenInto(id, index.value, around.dataDir, bar);
      bar.clear();
      if (!whitened.ok) {
        around.err.write(`${whitened.error.message}\n`);
        return whitened.error.code;
      }
      around.out.write(`${whitened.value}\n`);
    }
  }
  return 0;
}

interface Asked {
  readonly ids: readonly OfficialId[];
  readonly from: string | null;
  readonly whiten: boolean;
  readonly split: string | null;
  readonly extra: boolean;
}

function readArguments(argv: readonly string[]): Result<Asked> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        from: { type: 'string' },
        whiten: { type: 'boolean' },
        split: { type: 'string' },
        extra: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const ids: OfficialId[] = [];
    for (const name of positionals) {
      const id = OFFICIAL_IDS.find((known) => known === name);
      if (id === undefined) return fail(`"${name}" is not a data set here; allowed are ${NAMES}.`);
      if (!ids.includes(id)) ids.push(id);
    }
    const { from = null, whiten = false, split = null, extra = false } = values;
    const option = split === null ? '--extra' : '--split';
    if ((split !== null || extra) && !ids.includes('svhn')) {
      return fail(`${option} was given without svhn, the data set it is for.`);
    }
    if (split !== null && from === null) {
      return fail('--split was given without --from DIR, the folder that holds a part of svhn.');
    }
    return ok({ ids, from, whiten, split, extra });
  } catch (error) {
    // Node's message goes on with advice; its first sentence says what is wrong.
    const [first = ''] = (error instanceof Error ? error.message : '').split(/\. |\n/);
    return fail(`${first.replace(/\.$/, '')}; allowed are names (${NAMES}), ${OPTIONS}.`);
  }
}
