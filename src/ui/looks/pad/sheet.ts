/**
 * What lies on a pad, as a list of what was done: strokes, pictures, clearing. Undoing takes the last one
 * away. Knows no canvas but those of the pictures.
 */

/** Points in shares of the pad's width, from its top left corner. */
export interface Stroke {
  readonly kind: 'stroke';
  readonly points: number[];
  readonly colour: string;
  /** In shares of the pad's width. */
  readonly width: number;
}

export interface Brought {
  readonly kind: 'picture';
  readonly layer: HTMLCanvasElement;
}

type Mark = Stroke | Brought | { readonly kind: 'clear' };

/** Marks kept at most, and points of a stroke: beyond them the first ones can be undone no more, or a stroke ends. */
const MARKS = 400;
const POINTS = 4000;

export class Sheet {
  #marks: readonly Mark[] = [];

  /** What is to be seen, the lowest first. */
  get seen(): readonly (Stroke | Brought)[] {
    const from = this.#marks.findLastIndex(({ kind }) => kind !== 'stroke');
    return this.#marks.slice(Math.max(0, from)).filter((mark) => mark.kind !== 'clear');
  }

  get isEmpty(): boolean {
    return this.seen.length === 0;
  }

  get canUndo(): boolean {
    return this.#marks.length > 0;
  }

  begin(x: number, y: number, pen: Pick<Stroke, 'colour' | 'width'>): void {
    this.#add({ kind: 'stroke', points: [x, y], ...pen });
  }

  /** Go on with the stroke that was begun last. */
  draw(x: number, y: number): void {
    const last = this.#marks.at(-1);
    if (last?.kind !== 'stroke' || last.points.length >= 2 * POINTS) return;
    last.points.push(x, y);
  }

  /** A picture covers all that was there. */
  bring(layer: HTMLCanvasElement): void {
    // One picture at a time is kept: they are what takes memory.
    this.#marks = this.#marks.filter(({ kind }) => kind !== 'picture');
    this.#add({ kind: 'picture', layer });
  }

  clear(): void {
    if (!this.isEmpty) this.#add({ kind: 'clear' });
  }

  undo(): void {
    this.#marks = this.#marks.slice(0, -1);
  }

  #add(mark: Mark): void {
    this.#marks = [...this.#marks, mark].slice(-MARKS);
  }
}
