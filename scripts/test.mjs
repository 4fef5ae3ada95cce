/** `npm test`: install what is missing, then everything that proves the project, one after another. */
import { ensureChromium, ensureVulkanLoader, install, run } from './install.mjs';

const code = install();
if (code !== 0) process.exit(code);
const chromium = await ensureChromium();
if (chromium === null) {
  console.error('No Chromium was found or could be installed; set CHROMIUM_PATH to one.');
  process.exit(1);
}
if (!ensureVulkanLoader()) {
  console.error(
    'No Vulkan loader was found (libvulkan.so.1); install your system’s package of it.',
  );
  process.exit(1);
}
if (process.env.BC_DATA_DIR === undefined) {
  console.error('BC_DATA_DIR is not set: tests on MNIST’s official files are skipped.');
}

const steps = ['format', 'lint', 'types', 'floors', 'unit', 'e2e'];
const started = Date.now();
for (const step of steps) {
  const begun = Date.now();
  console.error(`\n— test:${step}`);
  const failed = run('npm', ['run', `test:${step}`], {
    env: { ...process.env, CHROMIUM_PATH: chromium },
  });
  if (failed !== 0) {
    console.error(`test:${step} failed.`);
    process.exit(1);
  }
  console.error(`test:${step} passed in ${Math.round((Date.now() - begun) / 1000)} s`);
}
console.error(
  `\nAll of ${steps.join(', ')} passed in ${Math.round((Date.now() - started) / 1000)} s.`,
);
