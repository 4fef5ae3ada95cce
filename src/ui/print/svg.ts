/** Pieces of a printed picture: SVG as text, black on white, with nothing that it would have to load. Pure. */

export const WIDTH = 760;
const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";
/** Mean width of a letter, as a share of its size: to break lines by. */
const LETTER = 0.52;

export interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

export const escaped = (text: string): string =>
  text
    // What XML has no place for, not even escaped.
    // eslint-disable-next-line no-control-regex -- control characters are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

export function text(x: number, y: number, said: string, style: TextStyle = {}): string {
  const { size = 12, fill = '#1b1e22', anchor = 'start', bold = false } = style;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}"${
    anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  }${bold ? ' font-weight="600"' : ''}>${escaped(said)}</text>`;
}

export const round = (n: number): number => Math.round(n * 100) / 100;

export const widthOf = (said: string, size: number): number => said.length * size * LETTER;

/** Words in lines no wider than `width`. */
export function wrapped(said: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of said.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

export interface Sheet {
  readonly title: string;
  /** What the run is, under the picture. */
  readonly facts: string;
  /** The picture, from its own 0 down, and how high it is. */
  readonly body: string;
  readonly height: number;
}

const EDGE = 20;
/** Width of what stands between the edges. */
export const INNER = WIDTH - 2 * EDGE;

/** A whole page: title, picture, facts. */
export function sheet({ title, facts, body, height }: Sheet): {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
} {
  const size = 11;
  const said = wrapped(facts, INNER, size);
  const top = 46;
  const foot = top + height + 18;
  const total = Math.ceil(foot + said.length * 15 + 10);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${total}" viewBox="0 0 ${WIDTH} ${total}" font-family="${FONT}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(facts)}</desc>`,
    `<rect width="${WIDTH}" height="${total}" fill="#ffffff"/>`,
    text(EDGE, 30, title, { size: 17, bold: true }),
    `<g transform="translate(${EDGE} ${top})">${body}</g>`,
    ...said.map((line, k) => text(EDGE, foot + 15 * k, line, { size, fill: '#565b63' })),
    '</svg>',
  ];
  return { svg: `${parts.join('\n')}\n`, width: WIDTH, height: total };
}
