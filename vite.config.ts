import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { offline } from './scripts/offline/plugin.ts';
import { REMOTE_SOURCES } from './src/data/own/remote.ts';

/** What the built page may load and connect to, and nothing else; the development server needs more. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  `connect-src 'self' ${REMOTE_SOURCES.join(' ')}`,
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

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
    offline(readFileSync('src/offline/service-worker.js', 'utf8')),
  ],
  worker: { format: 'es' },
  // The manifest says which files make up the page's beginning (.size-limit.mjs).
  build: { target: 'es2022', sourcemap: true, manifest: true },
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
