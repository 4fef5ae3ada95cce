/**
 * Versions of everything that is written and read again. Whatever is read says its version first, and goes
 * through here: what is older is brought up to the version of today, one migration after the other; what is
 * newer, or no version at all, gets one sentence.
 *
 * A new version is an entry here: raise `version`, and put what makes it of the one before first in
 * `migrations`. A field that may be missing needs none: it is optional, and old files are read as they are.
 */
import { shown } from './quote.ts';
import { fail, ok, type Result } from './result.ts';

export interface Format<T> {
  /** What is written today. */
  readonly version: number;
  /** Newest first: the first makes `version` of `version - 1`, the next that of the one before. */
  readonly migrations: readonly ((before: T) => T)[];
}

/** Texts by key. */
type Texts = ReadonlyMap<string, string>;

/** Of each there has been one version so far. */
export const FORMATS = {
  /** The experiment itself, as JSON: in files of the command line and in checkpoints. */
  spec: { version: 1, migrations: [] } satisfies Format<unknown>,
  /** Keys and texts of a link. */
  link: { version: 1, migrations: [] } satisfies Format<Texts>,
  /** The JSON of what came of a run, in a link. */
  result: { version: 1, migrations: [] } satisfies Format<unknown>,
  /** The metadata of a checkpoint. */
  checkpoint: { version: 1, migrations: [] } satisfies Format<Texts>,
  /** A run that a browser keeps. */
  keptRun: { version: 1, migrations: [] } satisfies Format<unknown>,
  /** The JSON of a recorded run. */
  recording: { version: 1, migrations: [] } satisfies Format<unknown>,
} as const;

const isVersion = (found: unknown): found is number =>
  typeof found === 'number' && Number.isInteger(found) && found >= 1 && found < 1e9;

/** A version that is written as text. */
export const versionIn = (text: string): unknown =>
  /^[1-9]\d{0,8}$/.test(text) ? Number(text) : text;

/** True where something was made by a version that is to come. */
export const isNewer = ({ version }: Pick<Format<unknown>, 'version'>, found: unknown): boolean =>
  isVersion(found) && found > version;

/**
 * Something as today's version has it. `found`: the version it says; `what`: what it is, as the subject of
 * the sentence.
 */
export function upToDate<T>(
  { version, migrations }: Format<T>,
  what: string,
  found: unknown,
  content: T,
): Result<T> {
  if (isVersion(found) && found > version) {
    return fail(
      `${what} was made by a newer version of the playground (its version is ${found}, this one reads ${version}); reload the page, or update it.`,
    );
  }
  const behind = isVersion(found) ? version - found : Infinity;
  if (behind > migrations.length) {
    const oldest = version - migrations.length;
    const allowed = oldest === version ? `is ${version}` : `are ${oldest} to ${version}`;
    return fail(`${what} is of version ${shown(found)}, which is unknown; allowed ${allowed}.`);
  }
  return ok(migrations.slice(0, behind).reduceRight((made, migrate) => migrate(made), content));
}
