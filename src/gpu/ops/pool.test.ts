/** Pooling and its way back against the reference, windows apart, overlapping, over the edge. */
import { describe } from 'vitest';
import { sizeOf } from '../../experiment/datasets.ts';
import { layerShapes, type PoolShape } from '../../experiment/shapes.ts';
import { DEFAULT_SPEC, type LayerSpec } from '../../experiment/spec.ts';
import { at } from '../../experiment/at.ts';
import { toFloats } from '../../reference/floats.ts';
import { poolBackward as backwardOf, poolForward as forwardOf } from '../../reference/pool.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { pool, poolBackward } from './pool.ts';

const B = 3;
const dropout = { keep: 1, site: 1 };

function shapeOf(layer: LayerSpec, height: number, width: number, channels: number): PoolShape {
  const hidden: LayerSpec[] = [{ type: 'conv', channels, kernel: 1, stride: 1, padding: 0 }, layer];
  const spec = { ...DEFAULT_SPEC, network: { ...DEFAULT_SPEC.network, hidden } };
  return at(at(layerShapes(spec, { height, width, channels: 1, classes: 2 }), 0).pools, 0);
}

describe.each(['max', 'average'] as const)('%s', (kind) => {
  for (const [size, stride, ceil, height, width, channels] of [
    [2, 2, false, 8, 6, 33],
    [2, 2, false, 7, 9, 4],
    [3, 2, true, 8, 7, 5],
    [3, 1, false, 5, 5, 1],
    [2, 3, false, 8, 8, 3],
  ] as const) {
    const name = `${size} wide, ${stride} apart, ${ceil ? 'ceil, ' : ''}of ${height} x ${width} x ${channels}`;
    gpuTest(name, async (gpu) => {
      const shape = shapeOf({ type: 'pool', kind, size, stride, ceil }, height, width, channels);
      const bench = new Bench(gpu);
      const numbers = (count: number, stream: number) =>
        Float32Array.from(randomWords(count, 5, stream, 0), signedUnit);
      const x = numbers(B * sizeOf(shape.from), 1);
      const dy = numbers(B * sizeOf(shape.to), 2);
      const output = bench.arena.storage('output', dy.length);
      const picks = bench.arena.storage('picks', dy.length);
      const result = bench.arena.storage('result', x.length);
      const forward = await pool(bench.builder, {
        ...{ label: 'pool', B, pool: shape, dropout, output, picks, training: true },
        input: bench.floats('x', x),
      });
      const backward = await poolBackward(bench.builder, {
        ...{ label: 'dpool', B, pool: shape, dropout, picks, result },
        gradient: bench.floats('dy', dy),
      });
      const tolerance = { atol: 1e-6, rtol: 1e-6 };
      const made = asFloats(await bench.run([forward, backward], output, dy.length));
      expectClose(made, forwardOf(shape, toFloats(x)), tolerance);
      const back = asFloats(await bench.run([], result, x.length));
      expectClose(back, backwardOf(shape, toFloats(x), toFloats(dy)), tolerance);
      bench.destroy();
    });
  }
});
