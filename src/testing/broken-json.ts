/**
 * JSON broken in its structure: still JSON, as a rule, but other values where a reader expects its own. As
 * text, so that keys may stand twice and numbers may be none that a program can hold.
 */
import fc from 'fast-check';

/** A value: as its text, or with members to change. */
type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly members: readonly Node[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Node])[] };

const raw = (text: string): Node => ({ kind: 'text', text });

function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'list', members: value.map(nodeOf) };
  if (typeof value === 'object' && value !== null) {
    return {
      kind: 'object',
      members: Object.entries(value).map(([key, member]) => [key, nodeOf(member)] as const),
    };
  }
  return raw(JSON.stringify(value));
}

function textOf(node: Node): string {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'list') return `[${node.members.map(textOf).join()}]`;
  return `{${node.members.map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`).join()}}`;
}

const nested = (open: string, close: string, depth: number): string =>
  `${open.repeat(depth)}0${close.repeat(depth)}`;

/** What may stand anywhere instead: values that trip whoever walks or prints them, one time in three. */
const TRAPS: readonly string[] = [
  '{"toString":1,"valueOf":1}',
  nested('[', ']', 50),
  nested('{"a":', '}', 20_000),
  '"\\n\\u202e\\u0000\\ud800 \u202e"',
];
const VALUES: readonly string[] = [
  ...['null', 'true', 'false', '[]', '{}', '""', '"NaN"', '"Infinity"', '"-1"', '"__proto__"'],
  ...['0', '-0', '-1', '1.5', '1e-320', '1e308', '1e999', '-1e999', '4294967296'],
  ...['9007199254740993', '{"toJSON":1}', '{"length":-1}', '{"length":1e9}', '[null,null]'],
  ...['{"__proto__":{"toString":null}}', '{"constructor":{"prototype":[]}}'],
  JSON.stringify('x'.repeat(100_000)),
  `[${'0,'.repeat(20_000)}0]`,
  nested('[', ']', 20_000),
];
const NAMES: readonly string[] = [
  ...['', '__proto__', 'constructor', 'toString', 'length', '0', 'a\n\u202eb', 'x'.repeat(100_000)],
];

const CHANGES = [
  ...['replace', 'replace', 'replace', 'drop', 'twice', 'rename', 'reverse', 'wrap', 'number'],
] as const;
interface Change {
  readonly kind: (typeof CHANGES)[number];
  /** Which of the values, in the order of the text; counted round. */
  readonly at: number;
  readonly value: string;
  readonly name: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(...CHANGES),
  at: fc.nat(),
  value: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...TRAPS) },
    { weight: 2, arbitrary: fc.constantFrom(...VALUES) },
  ),
  name: fc.constantFrom(...NAMES),
});

const sizeOf = (node: Node): number => {
  if (node.kind === 'text') return 1;
  const members = node.kind === 'list' ? node.members : node.members.map(([, member]) => member);
  return members.reduce((sum, member) => sum + sizeOf(member), 1);
};

/** What stands where a value stood, with its name: none, one or more. */
function instead(
  key: string,
  node: Node,
  { kind, value, name }: Change,
): (readonly [string, Node])[] {
  switch (kind) {
    case 'replace':
      return [[key, raw(value)]];
    case 'drop':
      return [];
    case 'twice':
      return [
        [key, node],
        [key, node],
      ];
    case 'rename':
      return [[name, node]];
    case 'reverse':
      return node.kind === 'text'
        ? [[key, raw(value)]]
        : [[key, { ...node, members: node.members.toReversed() } as Node]];
    case 'wrap':
      return [[key, { kind: 'list', members: [node] }]];
    case 'number':
      return [[key, raw(node.kind === 'text' ? `-${node.text}` : value)]];
  }
}

function changed(node: Node, made: Change): Node {
  let left = made.at % sizeOf(node);
  const walk = (key: string, here: Node): (readonly [string, Node])[] => {
    left -= 1;
    if (left === -1) return instead(key, here, made);
    if (left < -1 || here.kind === 'text') return [[key, here]];
    if (here.kind === 'list') {
      const members = here.members.flatMap((member) => walk('', member).map(([, one]) => one));
      return [[key, { kind: 'list', members }]];
    }
    return [[key, { kind: 'object', members: here.members.flatMap(([k, one]) => walk(k, one)) }]];
  };
  return walk('', node)[0]?.[1] ?? raw('');
}

/** A text of JSON with one to three values replaced, dropped, doubled, renamed, turned round or wrapped. */
export const brokenJson = (good: string): fc.Arbitrary<string> => {
  const node = nodeOf(JSON.parse(good));
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => textOf(changes.reduce(changed, node)));
};
