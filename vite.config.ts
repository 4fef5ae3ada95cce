import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { offline } from './scripts/offline/plugin.ts';
import { HEADERS, POLICY } from './scripts/policy.ts';

const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

export default defineConfig({
  // Relative, so that the built page works from any sub-path.
  base: './',
  plugins: [
    react(),
    contentSecurityPolicy,
    offline(readFileSync(new URL('src/offline/service-worker.js', import.meta.url), 'utf8')),
  ],
  worker: { format: 'es' },
  // The manifest says which files make up the page's beginning (.size-limit.mjs).
  build: { target: 'es2022', sourcemap: true, manifest: true },
  // `npm start`, and the tests in a browser, run under them.
  preview: { headers: HEADERS },
  test: {
    include: [
      'src/**/*.test.ts',
      'src/**/*.test.tsx',
      'tests/**/*.test.ts',
      'bench/src/**/*.test.ts',
    ],
    setupFiles: ['src/testing/force-kernels.ts'],
    // Compiling kernels and the float64 reference take one core each; more processes than two would
    // only queue for the device.
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
