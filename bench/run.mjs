/** `npm run bench`: install what is missing, then src/cli.ts. stdout belongs to its table. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { install } from '../scripts/install.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = install();
if (process.exitCode === 0) {
  const { build } = await import('vite');
  const outDir = `${root}dist/node`;
  // Bundled, not imported through Vite's runner as the other commands are: there every call into
  // another module is a look-up, and the loops that are measured here run ten times slower.
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'src/cli.ts', outDir, minify: false },
  });
  const { main } = await import(pathToFileURL(`${outDir}/cli.js`).href);
  process.exitCode = await main(process.argv.slice(2), root, () => install(root));
}
