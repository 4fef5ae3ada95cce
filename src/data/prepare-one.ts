/** One more image, as a run's preprocessing makes it: a picture that a person drew or brought. */
import type { Maps } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { LocalContrast, normaliseContrast } from './contrast.ts';
import { type Dataset, halfToNumber, numberToHalf, preprocess } from './dataset.ts';
import type { Zca } from './whiten/zca.ts';

/**
 * What the network is fed for an image, [height, width, channels] bytes, as it was for those of the data
 * set: the same numbers to the bit, but for whitening, whose sums are added up in another order. Or one
 * sentence, where that cannot be done.
 * @throws RangeError where the image is not as large as an example.
 */
export function prepareOne(
  image: Uint8Array<ArrayBuffer>,
  dataset: Pick<Dataset, 'shape' | 'inputs' | 'scale' | 'offset' | 'preparation'>,
): Result<Float32Array<ArrayBuffer>> {
  const { shape, inputs, preparation } = dataset;
  if (image.length !== inputs) {
    throw new RangeError(`an image of ${image.length} bytes; examples have ${inputs}`);
  }
  if (preparation === undefined) return ok(new Float32Array(preprocess(image, dataset)));
  const values = new Float32Array(inputs);
  normaliseContrast(image, preparation.scale, values, 0);
  if (preparation.kind === 'contrast') {
    return ok(halved(preparation.isLocal ? localContrast(values, shape) : values));
  }
  const { zca } = preparation;
  return zca === null
    ? fail(
        'The examples were whitened at an earlier visit and only they were kept, so a picture of your own cannot be whitened like them; with other preprocessing (less the mean, GCN) it can be tried.',
      )
    : ok(halved(whitened(values, zca)));
}

function localContrast(values: Float32Array<ArrayBuffer>, shape: Maps): Float32Array<ArrayBuffer> {
  new LocalContrast(shape).normalise(values, 0);
  return values;
}

/** (x - mean) P for one row x. */
function whitened(x: Float32Array, { mean, matrix }: Zca): Float32Array<ArrayBuffer> {
  const inputs = x.length;
  const sums = new Float64Array(inputs);
  for (let i = 0; i < inputs; i++) {
    const value = (x[i] ?? 0) - (mean[i] ?? 0);
    for (let j = 0; j < inputs; j++) {
      sums[j] = (sums[j] ?? 0) + value * (matrix[i * inputs + j] ?? 0);
    }
  }
  return Float32Array.from(sums);
}

/** Examples lie as half floats: what is compared with them is rounded as they are. */
const halved = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> =>
  values.map((value) => halfToNumber(numberToHalf(value)));
