/**
 * `node scripts/run.mjs src/cli/NAME.ts …args`: run a command of the project in Node. Vite imports
 * it, so commands see the same modules as the page (TypeScript, and shaders by `?raw`). A command
 * exports `main(args)`, which gives the exit code. Nothing is written to stdout from here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [entry, ...args] = process.argv.slice(2);

/** On a fresh clone: install what the lock file says. Gives the exit code. */
function install() {
  if (existsSync(resolve(root, 'node_modules/vite/package.json'))) return 0;
  console.error('Installing what the project needs (npm ci)…');
  const done = spawnSync(
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund', '--json=false'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      // npm is a script of the shell on Windows.
      shell: process.platform === 'win32',
    },
  );
  if (done.status !== 0) console.error('npm ci failed; what it said is above.');
  return done.status ?? 1;
}

// A reader that has seen enough (`… | head -1`) closes the pipe: that ends the command, quietly.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

if (entry === undefined || !existsSync(resolve(root, entry))) {
  console.error(`${entry ?? 'Nothing'} is no command; allowed is a file such as src/cli/data.ts.`);
  process.exitCode = 2;
} else {
  const installed = install();
  if (installed === 0) {
    const { runnerImport } = await import('vite');
    const { module } = await runnerImport(resolve(root, entry), {
      root,
      logLevel: 'error',
    });
    process.exitCode = await module.main(args);
  } else {
    process.exitCode = installed;
  }
}
