/** `npm run test:variants`: the engine's tests with every variant of the matrix kernels in turn. */
import { run } from './install.mjs';

// Each variant of each product at least once; half floats have tests of their own.
const FORCED = ['t32.t32.t32', 't64.t64.t64', 'q10.q10.q16', 'q20.q20.q32'];
// Those in which the adapter chooses. The products' own tests (src/gpu/ops) go through all variants
// anyway, and so does the compiling of all shaders.
const FILES = [
  ...['trainer', 'trajectory', 'recipes', 'inspector', 'predictor', 'rehearsal'].map(
    (name) => `src/gpu/${name}.test.ts`,
  ),
  'src/gpu/conv-trajectory.test.ts',
  'src/session',
  'src/cli/train.test.ts',
];

for (const kernels of FORCED) {
  const begun = Date.now();
  console.error(`\n— ${kernels}`);
  const env = { ...process.env, BC_KERNELS: kernels };
  if (run('npx', ['vitest', 'run', '--reporter=dot', ...FILES], { env }) !== 0) {
    console.error(`The tests failed with ${kernels}.`);
    process.exit(1);
  }
  console.error(`${kernels} passed in ${Math.round((Date.now() - begun) / 1000)} s`);
}
