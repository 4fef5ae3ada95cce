/** `npm run test:variants`: the engine's tests with every variant of the matrix kernels in turn. */
import { run } from './install.mjs';

// Each variant of each product at least once; half floats have tests of their own.
const FORCED = ['t32.t32.t32', 't64.t64.t64', 'q10.q10.q16', 'q20.q10.q32'];
const FILES = ['src/gpu', 'src/session', 'src/cli/train.test.ts'];

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
