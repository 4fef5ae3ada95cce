/**
 * ONNX's messages, as far as an exported network needs them: field numbers and wire types are those of
 * the format's public onnx.proto (IR version 8). What a message means is said in onnx.ts.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Of TensorProto.DataType. */
const FLOAT = 1;
const INT64 = 7;
/** Of AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

export type Attribute =
  { readonly float: number } | { readonly int: number } | { readonly ints: readonly number[] };

/** A node: `op` of the default operator set, from named values to one named value. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** A constant: floats, or the whole numbers of a shape. */
export interface Initializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | readonly number[];
}

/** What goes in or comes out, as floats: a number, or the name of a size that is left open. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: string;
  readonly doc: string;
  readonly graph: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly Initializer[];
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  readonly metadata: ReadonlyMap<string, string>;
}

const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value);
};
const whole = (writer: BinaryWriter, field: number, value: number): void => {
  writer.tag(field, WireType.Varint).int64(value);
};
/** A message within a message. */
const within = (writer: BinaryWriter, field: number, write: () => void): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
};

/** Numbers as they lie in a file: little-endian, 4 bytes a float, 8 a whole number. */
function rawOf(data: Initializer['data']): Uint8Array {
  if (data instanceof Float32Array) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  const bytes = new Uint8Array(8 * data.length);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => {
    view.setBigInt64(8 * i, BigInt(value), true);
  });
  return bytes;
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    whole(writer, 20, ATTRIBUTE.float);
  } else if ('int' in value) {
    whole(writer, 3, value.int);
    whole(writer, 20, ATTRIBUTE.int);
  } else {
    for (const one of value.ints) whole(writer, 8, one);
    whole(writer, 20, ATTRIBUTE.ints);
  }
}

function writeValue(writer: BinaryWriter, { name, shape }: OnnxValue): void {
  text(writer, 1, name);
  within(writer, 2, () => {
    within(writer, 1, () => {
      whole(writer, 1, FLOAT);
      within(writer, 2, () => {
        for (const size of shape) {
          within(writer, 1, () => {
            if (typeof size === 'number') whole(writer, 1, size);
            else text(writer, 2, size);
          });
        }
      });
    });
  });
}

function writeGraph(writer: BinaryWriter, model: OnnxModel): void {
  for (const { op, inputs, output, attributes = {} } of model.nodes) {
    within(writer, 1, () => {
      for (const name of inputs) text(writer, 1, name);
      text(writer, 2, output);
      text(writer, 3, output);
      text(writer, 4, op);
      for (const [name, value] of Object.entries(attributes)) {
        within(writer, 5, () => {
          writeAttribute(writer, name, value);
        });
      }
    });
  }
  text(writer, 2, model.graph);
  for (const { name, shape, data } of model.initializers) {
    within(writer, 5, () => {
      for (const size of shape) whole(writer, 1, size);
      whole(writer, 2, data instanceof Float32Array ? FLOAT : INT64);
      text(writer, 8, name);
      writer.tag(9, WireType.LengthDelimited).bytes(rawOf(data));
    });
  }
  within(writer, 11, () => {
    writeValue(writer, model.input);
  });
  within(writer, 12, () => {
    writeValue(writer, model.output);
  });
}

/** The file. */
export function writeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  whole(writer, 1, model.irVersion);
  text(writer, 2, model.producer);
  text(writer, 6, model.doc);
  within(writer, 7, () => {
    writeGraph(writer, model);
  });
  within(writer, 8, () => {
    text(writer, 1, '');
    whole(writer, 2, model.opset);
  });
  for (const [key, value] of model.metadata) {
    within(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  return writer.finish();
}
