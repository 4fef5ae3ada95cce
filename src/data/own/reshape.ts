/** The choices every source has in common: another size, grey or colour. */
import type { Choices, OwnData, Questions, Reading } from './own-data.ts';
import { bytesOf, overLimit } from './own-data.ts';
import { fail, ok } from '../../experiment/result.ts';
import { channelsOf, recolour } from './colour.ts';
import { Resizer } from './resize.ts';

/** Examples as they were found, in the size and colour that were chosen. */
export function reshape(data: OwnData, choices: Choices, asked: Questions): Reading {
  const { height, width, channels } = data.shape;
  const to = choices.size ?? { height, width };
  const isColour = channels >= 3;
  const colour = choices.colour ?? (isColour ? 'colour' : 'grey');
  const questions: Questions = {
    ...asked,
    size: {
      found: `All examples are ${height} x ${width}.`,
      value: to,
      differ: false,
    },
    ...(isColour && { colour: { value: colour } }),
  };
  // Grey examples stay grey: three equal channels would only be three times the work.
  const target = isColour ? channelsOf(colour) : channels;
  const shape = { ...to, channels: target };
  const isSame = to.height === height && to.width === width && target === channels;
  if (isSame) return { result: ok(data), questions };
  const wrong = overLimit(data.source, shape, data.count);
  if (wrong !== null) return { result: fail(wrong), questions };

  const pixels = new Uint8Array(bytesOf(shape, data.count));
  const resizer = new Resizer({ height, width, channels: target }, to, choices.fit);
  const inputs = height * width * channels;
  const outputs = bytesOf(shape, 1);
  for (let n = 0; n < data.count; n++) {
    const image = data.pixels.subarray(n * inputs, (n + 1) * inputs);
    const plain = target === channels ? image : recolour(image, channels, colour);
    resizer.write(plain, pixels, n * outputs);
  }
  return { result: ok({ ...data, shape, pixels }), questions };
}
