/** From labels as they were written to class numbers and names. */
import { quote } from '../../experiment/quote.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import { LIMITS } from './own-data.ts';

export interface Classes {
  readonly classNames: readonly string[];
  /** [count], each 0..classes-1. */
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** A stranger's text as a name: no control or direction characters, one line, not too long. */
export function nameOf(text: string, fallback: string): string {
  const plain = text
    .slice(0, 4 * LIMITS.name)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const cut = Array.from(plain).slice(0, LIMITS.name).join('').trim();
  return cut === '' ? fallback : cut;
}

const isNumeric = (text: string): boolean => text !== '' && Number.isFinite(Number(text));

/** By value where all are numbers, else by code units: the same on every machine. */
function ordered(names: Iterable<string>): string[] {
  const list = [...names];
  return list.every(isNumeric) ? list.sort((a, b) => Number(a) - Number(b)) : list.sort();
}

/**
 * Collects labels one by one. A class is a label that occurs; more than are allowed are refused at
 * once, so that a column that is no column of labels costs little.
 */
export class LabelCollector {
  readonly #what: string;
  readonly #numbers = new Map<string, number>();
  readonly #found: Uint8Array<ArrayBuffer>;
  #count = 0;

  /** `what` names the source in sentences; `count`: how many labels there will be. */
  constructor(what: string, count: number) {
    this.#what = what;
    this.#found = new Uint8Array(count);
  }

  /** Labels so far. */
  get count(): number {
    return this.#count;
  }

  /** One sentence, or null. */
  add(label: string): string | null {
    let number = this.#numbers.get(label);
    if (number === undefined) {
      if (label === '') return `${this.#what} has no label for example ${this.#count + 1}.`;
      number = this.#numbers.size;
      if (number >= LIMITS.classes) {
        return `${this.#what} has more than ${LIMITS.classes} different labels (${quote(label)} is one more); allowed are 2 to ${LIMITS.classes}: perhaps these are not the labels.`;
      }
      this.#numbers.set(label, number);
    }
    this.#found[this.#count] = number;
    this.#count += 1;
    return null;
  }

  /** The classes in order. `known`: names in the order to keep, where the source tells them. */
  finish(known: readonly string[] | null = null): Result<Classes> {
    const { size } = this.#numbers;
    if (size < 2) {
      const only = [...this.#numbers.keys()].map((label) => quote(label)).join('');
      return fail(
        `${this.#what} has ${size === 0 ? 'no labels' : `only one label, ${only}`}; allowed are 2 to ${LIMITS.classes} classes.`,
      );
    }
    // Names come first, in their order; labels that have none follow.
    const named = [...new Set(known)].filter((name) => this.#numbers.has(name));
    const others = [...this.#numbers.keys()].filter((name) => !named.includes(name));
    const order = [...named, ...ordered(others)];
    const renumber = new Uint8Array(size);
    order.forEach((name, i) => {
      renumber[this.#numbers.get(name) ?? 0] = i;
    });
    return ok({
      classNames: order.map((name, i) => nameOf(name, `class ${i}`)),
      labels: this.#found.subarray(0, this.#count).map((number) => renumber[number] ?? 0),
    });
  }
}

/** Classes of whole-number labels. */
export function classesOfNumbers(
  values: { readonly [i: number]: number; readonly length: number },
  what: string,
): Result<Classes> {
  const collector = new LabelCollector(what, values.length);
  // Texts are made once a class, not once an example.
  const texts = new Map<number, string>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    let text = texts.get(value);
    if (text === undefined) {
      if (!Number.isSafeInteger(value)) {
        return fail(
          `${what} has the label ${value} at position ${i}; allowed are whole numbers or texts.`,
        );
      }
      text = String(value);
      texts.set(value, text);
    }
    const wrong = collector.add(text);
    if (wrong !== null) return fail(wrong);
  }
  return collector.finish();
}
