/**
 * Before any test: where the environment variable BC_KERNELS names a variant for each matrix product,
 * such as `q20.q10.q32`, runs that leave the choice to the adapter take those. `npm run test:variants`
 * runs the tests of the engine with every variant in turn.
 */
import { DEFAULTS, FAMILIES, formatKernels, parseKernels } from '../experiment/kernels.ts';

const forced = process.env['BC_KERNELS'];
if (forced !== undefined) {
  for (const family of FAMILIES) {
    const parsed = parseKernels(`${family}:${forced}`, 1);
    const [kernels] = (parsed.ok ? parsed.value?.tuned : null) ?? [];
    if (kernels === undefined) {
      const usual = formatKernels({ family, tuned: [DEFAULTS[family]] });
      throw new Error(`BC_KERNELS is "${forced}"; allowed is a text such as "${usual}".`);
    }
    Object.assign(DEFAULTS[family], kernels);
  }
}
