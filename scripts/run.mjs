/**
 * `node scripts/run.mjs src/cli/NAME.ts …args`: run a command of the project in Node. Vite imports
 * it, so commands see the same modules as the page (TypeScript, and shaders by `?raw`). A command
 * exports `main(args)`, which gives the exit code. Nothing is written to stdout from here.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { install, root } from './install.mjs';

const [entry, ...args] = process.argv.slice(2);

// A reader that has seen enough (`… | head -1`) closes the pipe: that ends the command, quietly.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

if (entry === undefined || !existsSync(resolve(root, entry))) {
  console.error(`${entry ?? 'Nothing'} is no command; allowed is a file such as src/cli/data.ts.`);
  process.exitCode = 2;
} else {
  process.exitCode = install();
  if (process.exitCode === 0) {
    const { createServer } = await import('vite');
    // It serves nobody; it stays while the command runs, which imports some modules only when it needs them.
    const vite = await createServer({
      root,
      configFile: false,
      logLevel: 'error',
      appType: 'custom',
      server: { middlewareMode: true, watch: null, ws: false, hmr: false },
      optimizeDeps: { noDiscovery: true },
    });
    try {
      const { main } = await vite.environments.ssr.runner.import(resolve(root, entry));
      process.exitCode = await main(args);
    } finally {
      await vite.close();
    }
  }
}
