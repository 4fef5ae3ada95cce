/** Build the page, serve it on localhost, and run the task in a headless Chromium. */
import { readFileSync } from 'node:fs';
import { chromium, type LaunchOptions } from '@playwright/test';
import { build, preview } from 'vite';
import tests from '../../playwright.config.ts';
import type { Output, Task } from './suite.ts';
import type { Row } from './table.ts';

const PORT = 4189;

/** Pages that are isolated from other origins have shared memory: the peers' wasm runs on all cores. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The end-to-end tests' Chromium and flags; with `gpu` not held to the software adapter. */
function launchOptions(gpu: boolean): LaunchOptions {
  const project = tests.projects?.find(({ name }) => name === 'software-adapter');
  const { args = [], ...options } = project?.use?.launchOptions ?? {};
  return {
    ...options,
    args: gpu
      ? [...args.filter((arg) => !arg.includes('adapter=')), '--enable-features=Vulkan']
      : args,
  };
}

function peerVersions(root: string): string {
  const text = readFileSync(`${root}package.json`, 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  return Object.entries(dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/**
 * @param root the folder of the bench, with its index.html
 * @param gpu whether to take the machine's own GPU instead of the software adapter
 */
export async function runInChromium(
  root: string,
  task: Task,
  gpu: boolean,
  out: Output,
): Promise<void> {
  // Names stay as they are: minified code is no faster, and its errors say nothing.
  const outDir = `${root}dist/page`;
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir, target: 'es2022', minify: false, chunkSizeWarningLimit: 10_000 },
  });
  const server = await preview({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir },
    preview: { host: 'localhost', port: PORT, headers: ISOLATED },
  });
  const browser = await chromium.launch(launchOptions(gpu));
  try {
    out.progress(`Chromium ${browser.version()}; ${peerVersions(root)}`);
    const page = await browser.newPage();
    page.on('pageerror', (error) => {
      out.progress(`page: ${error.message}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') out.progress(`page: ${message.text().slice(0, 300)}`);
    });
    await page.exposeFunction('emitRow', (row: Row) => {
      out.row(row);
    });
    await page.exposeFunction('emitProgress', (text: string) => {
      out.progress(text);
    });
    await page.goto(server.resolvedUrls?.local[0] ?? `http://localhost:${PORT}/`);
    await page.waitForFunction(() => 'runTask' in window);
    await page.evaluate((given) => window.runTask(given), task);
  } finally {
    await browser.close();
    await server.close();
  }
}
