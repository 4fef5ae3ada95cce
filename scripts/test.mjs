/** `npm test`: install what is missing, then everything that proves the project, one after another. */
import { spawn, spawnSync } from 'node:child_process';
import { ensureChromium, ensureVulkanLoader, install, root } from './install.mjs';

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

// As src/testing/python.ts looks for it: a distribution's PyTorch belongs to the distribution's own Python.
const hasTorch = (python) => spawnSync(python, ['-c', 'import torch.distributed']).status === 0;
if (!['python3', '/usr/bin/python3'].some(hasTorch)) {
  console.error(
    'No python3 here imports torch: tests of the PyTorch script are skipped (Debian has it as python3-torch).',
  );
}

/** Run one script of `test:`; gives whether it passed. */
function pass(step) {
  const begun = Date.now();
  return new Promise((done) => {
    const child = spawn('npm', ['run', `test:${step}`], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
      env: { ...process.env, CHROMIUM_PATH: chromium },
    });
    child.on('close', (failed) => {
      const seconds = Math.round((Date.now() - begun) / 1000);
      console.error(`— test:${step} ${failed === 0 ? 'passed in' : 'FAILED after'} ${seconds} s`);
      done(failed === 0);
    });
  });
}

// What only reads the sources takes one process each, so two go side by side; what computes goes alone.
const rows = [[['lint'], ['format', 'types', 'floors']], [['unit']], [['e2e']]];
const started = Date.now();
for (const row of rows) {
  const passed = await Promise.all(
    row.map(async (steps) => {
      for (const step of steps) if (!(await pass(step))) return false;
      return true;
    }),
  );
  if (passed.includes(false)) process.exit(1);
}
console.error(`\nAll passed in ${Math.round((Date.now() - started) / 1000)} s.`);
