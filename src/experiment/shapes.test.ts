import { describe, expect, test } from 'vitest';
import { at } from './at.ts';
import { countsOf } from './counts.ts';
import { decodeLink } from './link.ts';
import { findRecipe } from './recipes.ts';
import { fadeAt } from './schedule.ts';
import { evaluationBatch, layerShapes, layOut, type LayerShape, longestFilter } from './shapes.ts';
import { shapeOf } from './datasets.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from './spec.ts';

function specOf(link: string): ExperimentSpec {
  const read = decodeLink(`#v=1&${link}`);
  if (!read.ok) throw new Error(read.error);
  return read.value?.run.spec ?? DEFAULT_SPEC;
}
const layersOf = (link: string): LayerShape[] => {
  const spec = specOf(link);
  return layerShapes(spec, shapeOf(spec.data));
};
const sides = (layers: readonly LayerShape[]) => layers.map(({ out }) => out.height);

const FINAL = 'data=cifar-10&net=128C3-128C3-P2-256C3-256C3-P2-512C3-512C3-P2-1024FC-1024FC';
const REBUTTAL =
  'data=cifar-10&h=glorot&net=128C3p0-128C3p0-P2-256C2-256C2-P2-512C2-512C2-P2-1024C2-1024FC';

describe('the published convolutional nets, layer by layer', () => {
  test('final: padding 1', () => {
    const layers = layersOf(FINAL);
    expect(sides(layers)).toEqual([32, 16, 16, 8, 8, 4, 1, 1, 1]);
    expect(at(layers, 6).I).toBe(8192);
    const counts = countsOf(layers);
    expect(counts.weights).toBe(14_022_016);
    expect(counts.macs / 1e6).toBeCloseTo(616.97, 2);
    expect(counts.multiplications.real / 1e6).toBeCloseTo(1847.4, 1);
    expect(counts.avoided).toBeCloseTo(0.666, 3);
    const c = layers.map((layer) => 1 / layer.c);
    expect(at(c, 0)).toBeCloseTo(28.04, 2);
    expect(at(c, 5)).toBeCloseTo(78.38, 2);
  });

  test('rebuttal: no padding, and fan out divided by the pooling', () => {
    const layers = layersOf(REBUTTAL);
    expect(sides(layers)).toEqual([30, 14, 13, 6, 5, 2, 1, 1, 1]);
    const counts = countsOf(layers);
    expect(counts.weights).toBe(5_272_960);
    expect(counts.macs / 1e6).toBeCloseTo(211.66, 2);
    const H = [0.03567, 0.03227, 0.03125, 0.03423, 0.0221, 0.02421, 0.01562];
    H.forEach((h, l) => {
      expect(at(layers, l).H).toBeCloseTo(h, 5);
    });
  });

  test('SVHN final', () => {
    const counts = countsOf(
      layersOf('data=svhn&net=64C3-64C3-P2-128C3-128C3-P2-256C3-256C3-P2-1024FC-1024FC'),
    );
    expect(counts.weights).toBe(6_397_632);
    expect(counts.macs / 1e6).toBeCloseTo(158.02, 2);
  });
});

test('pooling that overlaps, keeps its last window, or covers the whole map', () => {
  expect(sides(layersOf('data=cifar-10&net=8C5-P3s2c-8C5-P3s2c-8C3-GA'))).toEqual([16, 8, 1, 1]);
  expect(sides(layersOf('data=cifar-10&net=8C5-P3s2-8C3s3'))).toEqual([15, 5, 1]);
});

test('names count layers with weights', () => {
  const names = layersOf('net=16C3-P2-32C3-P2-128FC').map(({ name }) => name);
  expect(names).toEqual(['conv1', 'conv2', 'dense3', 'output']);
});

test('what does not fit is refused with the layer and the reason', () => {
  const hidden = (...layers: ExperimentSpec['network']['hidden']) =>
    layOut(
      { ...DEFAULT_SPEC, network: { ...DEFAULT_SPEC.network, hidden: layers } },
      shapeOf('moons'),
    );
  expect(hidden({ type: 'pool', kind: 'global-average' })).toMatchObject({
    error:
      "The experiment's network.hidden[0] does not fit: pooling needs a convolution before it.",
  });
  expect(hidden({ type: 'conv', channels: 2, kernel: 3, stride: 1, padding: 0 })).toMatchObject({
    error:
      "The experiment's network.hidden[0] does not fit: its window is larger than the padded maps of 1 x 2 x 1.",
  });
  expect(hidden({ type: 'conv', channels: 2, kernel: 1, stride: 1, padding: 1 })).toMatchObject({
    error:
      "The experiment's network.hidden[0] does not fit: its padding must be less than its kernel.",
  });
});

test('a batch of an evaluation: 1,000, or as many examples as 2^24 numbers a layer allow', () => {
  const own = (maps: string) => `data=own-${maps}-10-0123456789abcdef`;
  expect(evaluationBatch(layersOf('net=16C3-P2-32C3-P2-128FC'), 50_000)).toBe(1000);
  expect(evaluationBatch(layersOf('net=256'), 310)).toBe(310);
  // conv2 makes 128 * 32 * 32 numbers and pools them to a quarter as many.
  expect(evaluationBatch(layersOf(FINAL), 50_000)).toBe(Math.floor(2 ** 24 / (131_072 + 32_768)));
  // The input of a dense net counts too.
  expect(evaluationBatch(layersOf(`${own('256x256x4')}&net=64`), 50_000)).toBe(64);
  // One example makes more than that.
  expect(evaluationBatch(layersOf(`${own('256x256x1')}&net=2048C1-GA&batch=1`), 50_000)).toBe(1);
});

describe('maxout', () => {
  const rows = (name: string) => {
    const recipe = findRecipe(name);
    if (!recipe.ok) throw new Error(recipe.error);
    const layers = layerShapes(recipe.value.spec, shapeOf(recipe.value.spec.data));
    return layers.map(({ I, O, to, out, maxNorm, rate, dropout }) => [
      ...[I, O, to.height, out.height, out.channels, maxNorm, rate, dropout],
    ]);
  };

  test('MNIST as published', () => {
    expect(rows('mnist-maxout')).toEqual([
      [784, 1200, 1, 1, 240, 1.9365, 1, 0.5],
      [240, 1200, 1, 1, 240, 1.9365, 1, 0.5],
      [240, 10, 1, 1, 10, 1.9365, 1, 0],
    ]);
  });

  test('CIFAR-10 as published: the product is twice as wide as what goes on', () => {
    expect(rows('cifar10-maxout')).toEqual([
      [192, 192, 33, 16, 96, 0.9, 0.05, 0.5],
      [6144, 384, 15, 7, 192, 1.9365, 0.05, 0.5],
      [4800, 384, 9, 5, 192, 1.9365, 0.05, 0.5],
      [4800, 2500, 1, 1, 500, 1.9, 1, 0.5],
      [500, 10, 1, 1, 10, 1.9365, 1, 0],
    ]);
  });

  test('SVHN as published', () => {
    expect(rows('svhn-maxout')).toEqual([
      [75, 128, 36, 18, 64, 0.9, 0.05, 0.5],
      [1600, 256, 20, 10, 128, 1.9365, 0.05, 0.5],
      [3200, 256, 12, 6, 128, 1.9365, 0.05, 0.5],
      [4608, 2000, 1, 1, 400, 1.9, 1, 0.5],
      [400, 10, 1, 1, 10, 1.9365, 1, 0],
    ]);
  });

  test('pooling before batch norm pools every piece', () => {
    const [layer] = layersOf('data=cifar-10&net=8C3k4-P2');
    expect(layer?.pools[0]?.to).toEqual({ height: 16, width: 16, channels: 32 });
    expect(layer?.out).toEqual({ height: 16, width: 16, channels: 8 });
  });

  test("a filter's bound follows the scale of the stored weights", () => {
    const spec = specOf('data=mnist&net=240k5n1.9365');
    const [layer] = layerShapes(spec, shapeOf('mnist'));
    if (layer === undefined) throw new Error('no layer');
    expect(longestFilter(spec, 'none', layer)).toBe(1.9365);
    expect(longestFilter(spec, 'stochastic', layer)).toBeCloseTo(1.9365 / (2 * layer.c), 9);
    expect(longestFilter({ ...spec, h: 'glorot' }, 'stochastic', layer)).toBe(1.9365);
  });
});

describe('Network in Network, layer by layer', () => {
  const of = (name: string) => {
    const recipe = findRecipe(name);
    if (!recipe.ok) throw new Error(recipe.error);
    return layerShapes(recipe.value.spec, shapeOf(recipe.value.spec.data));
  };
  /** Kernel, channels made, side of the maps made and of what pooling leaves. */
  const rows = (layers: readonly LayerShape[]) =>
    layers.map(({ kernel, padding, O, to, out }) => [kernel, padding, O, to.height, out.height]);

  test('CIFAR-10', () => {
    const layers = of('cifar10-nin');
    expect(rows(layers)).toEqual([
      [5, 2, 192, 32, 32],
      [1, 0, 160, 32, 32],
      [1, 0, 96, 32, 16],
      [5, 2, 192, 16, 16],
      [1, 0, 192, 16, 16],
      [1, 0, 192, 16, 8],
      [3, 1, 192, 8, 8],
      [1, 0, 192, 8, 8],
      [1, 0, 10, 8, 1],
    ]);
    expect(layers.map(({ dropout }) => dropout)).toEqual([0, 0, 0.5, 0, 0, 0.5, 0, 0, 0]);
    expect(layers.every(({ relu }) => relu)).toBe(true);
    expect(at(layers, 8).rate).toBe(0.1);
    expect(countsOf(layers).weights).toBe(
      75 * 192 + 192 * 160 + 160 * 96 + 2400 * 192 + 3 * 192 ** 2 + 1728 * 192 + 1920,
    );
  });

  test('SVHN', () => {
    expect(rows(of('svhn-nin'))).toEqual([
      [5, 2, 128, 32, 32],
      [1, 0, 96, 32, 32],
      [1, 0, 64, 32, 16],
      [5, 2, 320, 16, 16],
      [1, 0, 256, 16, 16],
      [1, 0, 128, 16, 8],
      [5, 2, 384, 8, 8],
      [1, 0, 256, 8, 8],
      [1, 0, 10, 8, 1],
    ]);
  });

  test('an average needs maps', () => {
    const spec = specOf('data=mnist&net=256');
    const network = { ...spec.network, output: { type: 'average', relu: false } } as const;
    expect(layOut({ ...spec, network }, shapeOf('mnist'))).toEqual({
      ok: false,
      error:
        "The experiment's network.output does not fit: an average needs maps, and a dense layer leaves none.",
    });
  });
});

describe('deeply supervised nets', () => {
  test('CIFAR-10 as published: a linear classifier at each block, of the maps before ReLU', () => {
    const recipe = findRecipe('cifar10-dsn');
    if (!recipe.ok) throw new Error(recipe.error);
    const layers = layerShapes(recipe.value.spec, shapeOf('cifar-10'));
    const heads = layers.flatMap(({ companion }) => companion ?? []);
    expect(heads.map(({ name, I, O, rate, relu }) => [name, I, O, rate, relu])).toEqual([
      ['conv1.companion', 32 * 32 * 192, 10, 0.001, false],
      ['conv4.companion', 16 * 16 * 192, 10, 0.001, false],
      ['conv7.companion', 8 * 8 * 192, 10, 0.001, false],
    ]);
    expect(at(layers, 8).relu).toBe(false);
    expect(fadeAt(recipe.value.spec, 0)).toBe(1);
    expect(fadeAt(recipe.value.spec, 10_000)).toBeCloseTo(2 ** -0.75, 12);
  });

  test('a companion needs a hidden layer with ReLU', () => {
    for (const name of ['conv2', 'output', 'conv1']) {
      const plain = specOf(`data=cifar-10&net=8C3${name === 'conv1' ? 'k2' : ''}`);
      const network = { ...plain.network, companions: { at: [name], rate: 0.1 } };
      expect(layOut({ ...plain, network }, shapeOf('cifar-10'))).toEqual({
        ok: false,
        error: `The experiment's network.companions does not fit: no hidden layer with ReLU is called "${name}".`,
      });
    }
  });
});
