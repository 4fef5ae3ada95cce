/**
 * What the page may weigh, gzip: the JavaScript it begins with (charts included, which it fetches as soon
 * as it stands), and the worker's. Which files those are, the build's manifest says.
 */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

/** The files of an entry of the manifest and all that it imports at once. */
function filesOf(entry, seen = new Set()) {
  if (seen.has(entry)) return [];
  seen.add(entry);
  const { file, imports = [] } = manifest[entry];
  return [`dist/${file}`, ...imports.flatMap((name) => filesOf(name, seen))];
}

const charts = 'src/ui/charts/plot.tsx';
export default [
  {
    name: 'Initial JavaScript, charts included',
    path: [...new Set([...filesOf('index.html'), ...filesOf(charts)])],
    gzip: true,
    limit: '300 kB',
  },
  { name: 'Worker', path: 'dist/assets/worker-*.js', gzip: true, limit: '120 kB' },
];
