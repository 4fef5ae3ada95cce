/** `npm run film`: joins the pictures of e2e/film.spec.ts to one animated WebP, by libwebp's img2webp. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';

const FOLDER = 'test-results/film';
const FILM = 'docs/film.webp';
const frames = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.png'))
  .sort()
  .map((name) => `${FOLDER}/${name}`);
try {
  execFileSync('img2webp', [
    ...['-loop', '0', '-min_size', '-mixed', '-d', '250', '-q', '60', '-m', '6'],
    ...frames,
    ...['-o', FILM],
  ]);
} catch (error) {
  console.error(`img2webp (of libwebp) could not join the frames: ${error.message}`);
  process.exit(1);
}
console.error(`${FILM}: ${frames.length} frames, ${Math.round(statSync(FILM).size / 1024)} KiB.`);
