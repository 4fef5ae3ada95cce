/**
 * A run as a link's fragment, and back: `#v=1&data=mnist&net=256-256&mode=stoch`. Keys are meant to
 * be read and typed by people; fields that equal the default experiment's are left out. One table,
 * FIELDS of link-fields.ts, drives both directions.
 */
import { DEFAULT_LINK, FIELDS, type Link } from './link-fields.ts';
import { quote } from './quote.ts';
import { fail, ok, type Result } from './result.ts';
import type { Run } from './run.ts';
import { parseSpec } from './parse-spec.ts';
import { FORMATS, upToDate, versionIn } from './versions.ts';

export { DEFAULT_OPTIMIZERS, type Link } from './link-fields.ts';

/** Longer than the longest run there can be: MAX_CHANGES changes of 40 characters each, and all the keys. */
export const MAX_LINK_LENGTH = 12_000;

/** What came of the run, read when it is asked for: see link-result.ts. */
const RESULT = 'res';
const KEYS = ['v', ...FIELDS.map((field) => field.key)];

/** A link, and the text of the result it claims; null where it claims none. */
export interface LinkWithResult extends Link {
  readonly result: string | null;
}

/** The fragment of a run, `#` included, and how the page should show it: by itself it is the whole page, at rest. */
export function encodeLink(run: Run, options: Partial<Omit<LinkWithResult, 'run'>> = {}): string {
  const { result = null, ...shown } = options;
  const link: Link = { ...DEFAULT_LINK, ...shown, run };
  const parts = [`v=${FORMATS.link.version}`];
  // What a reader knows at each point: a field it would guess right is left out.
  let known = DEFAULT_LINK;
  for (const field of FIELDS) {
    const text = field.write(link);
    if (text === undefined || text === field.write(known)) continue;
    parts.push(`${field.key}=${text}`);
    const read = field.read(known, text);
    if (read.ok) known = read.value;
  }
  if (result !== null) parts.push(`${RESULT}=${result}`);
  return `#${parts.join('&')}`;
}

/** The same with the text of a result that a link claims beside its run: it is cut off, and read elsewhere. */
export function decodeWithResult(hash: string): Result<LinkWithResult | null> {
  const parts = hash.split('&');
  const start = `${RESULT}=`;
  const [result = null, second] = parts.filter((part) => part.startsWith(start));
  if (second !== undefined) {
    return fail(`The link has the key ${quote(RESULT)} more than once; allowed is once.`);
  }
  const link = decodeLink(parts.filter((part) => !part.startsWith(start)).join('&'));
  if (link.ok && link.value !== null) {
    return ok({ ...link.value, result: result?.slice(start.length) ?? null });
  }
  return link.ok ? ok(null) : link;
}

/**
 * Read a fragment, with or without its `#`. Null where there is none. Bad input gives one sentence
 * that names the key, what was found and what is allowed; it never throws.
 */
export function decodeLink(hash: string): Result<Link | null> {
  const text = hash.startsWith('#') ? hash.slice(1) : hash;
  if (text === '') return ok(null);
  if (text.length > MAX_LINK_LENGTH) {
    return fail(
      `The link is ${text.length} characters long; allowed are at most ${MAX_LINK_LENGTH}.`,
    );
  }
  const parts = splitParts(text);
  if (!parts.ok) return parts;

  let link = DEFAULT_LINK;
  for (const field of FIELDS) {
    const found = parts.value.get(field.key);
    if (found === undefined) continue;
    const read = field.read(link, found);
    if (!read.ok) {
      return fail(`The link's ${field.key} is ${quote(found)}; allowed is ${read.error}.`);
    }
    link = read.value;
  }
  const spec = parseSpec(link.run.spec);
  if (!spec.ok) return fail(inKeys(spec.error));
  return ok({ ...link, run: { ...link.run, spec: spec.value } });
}

/** `key=value` parts by key: each known and there once, and the version one we read. */
function splitParts(text: string): Result<ReadonlyMap<string, string>> {
  const parts = new Map<string, string>();
  let twice: string | undefined;
  for (const part of text.split('&')) {
    const plain = unescaped(part);
    const equals = plain.indexOf('=');
    if (equals < 0) return fail(`The link has the part ${quote(plain)}; allowed is key=value.`);
    const key = plain.slice(0, equals);
    if (parts.has(key)) twice ??= key;
    parts.set(key, plain.slice(equals + 1));
  }
  // The version comes first: a newer link may well have keys that we do not know.
  const version = parts.get('v');
  if (version === undefined) {
    return fail(`The link has no v; allowed is v=${FORMATS.link.version}.`);
  }
  const current = upToDate<ReadonlyMap<string, string>>(
    FORMATS.link,
    'The link',
    versionIn(version),
    parts,
  );
  if (!current.ok) return current;
  if (twice !== undefined) {
    return fail(`The link has the key ${quote(twice)} more than once; allowed is once.`);
  }
  const unknown = [...current.value.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    return fail(
      `The link has an unknown key ${quote(unknown)}; allowed are ${[...KEYS, RESULT].join(', ')}.`,
    );
  }
  return current;
}

/** Some programs escape characters of a link they pass on. What is no valid escape stays, and then fails its field's check. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Every field is within its own bounds here, so the schema can object only to how they go together;
 * its sentence then speaks of the fields that these keys stand for.
 */
const inKeys = (sentence: string): string =>
  sentence
    .replace("The experiment's", "The link's")
    .replaceAll('learning "expectation"', 'learn=ebp')
    .replace('network.batchNorm', 'bn')
    .replace('network.dropout.input', 'dropin')
    .replace('network.dropout.hidden', 'drop')
    .replace('network.dropConnect', 'dropcon')
    .replace('magnitude "bound"', 'mag=bound')
    .replace('learning "backprop"', 'learn=backprop')
    .replace('retraining.after', 'retrain')
    .replace('does not fit retraining', 'does not fit retrain')
    .replaceAll('rate.end', 'lrend')
    .replaceAll('rate.start', 'lr')
    .replace("The link's network.hidden", "The link's net")
    .replace("The link's network", "The link's net");
