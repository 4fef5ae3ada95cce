/** `npm start`: install what is missing, build the page, serve it, print its URL. Needs Node only. */
import { install, root } from './install.mjs';

const code = install();
if (code !== 0) process.exit(code);
const { build, preview } = await import('vite');
await build({ root, logLevel: 'warn' });
const server = await preview({ root, logLevel: 'warn', preview: { port: 4173 } });
const url = server.resolvedUrls?.local[0] ?? 'http://localhost:4173/';
console.log(`The playground is open at ${url} (Ctrl-C ends it)`);
