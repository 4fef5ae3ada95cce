import { defineConfig } from '@playwright/test';
import { chromiumPath } from './e2e/chromium.ts';

/** Another one where two checkouts are tested at a time. */
const PORT = Number(process.env['E2E_PORT'] ?? 4179);
const executablePath = chromiumPath();

/** Quiet, so that no test waits for what a browser does on the side. */
const QUIET = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SOFTWARE_ADAPTER = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

const launch = (args: string[]) => ({
  launchOptions: { args, ...(executablePath !== undefined && { executablePath }) },
});
const withAdapter = launch([...QUIET, ...SOFTWARE_ADAPTER]);

// Pictures and measurements are made when asked for by name, not by every run of the tests; where they
// lie, by project. The variable tells the worker processes, which read this file too but not the command line.
const ON_DEMAND = {
  ...{ screenshots: 'e2e', film: 'e2e', faults: 'e2e' },
  ...{ responsiveness: 'bench/page', 'first-load': 'bench/page', soak: 'bench/page' },
};
/** Every run of the tests takes a short cut of these. */
const SHORT = ['faults', 'soak'];
const names = Object.keys(ON_DEMAND);
const asked = names.find((name) => process.argv.includes(name));
if (asked !== undefined) process.env['ON_DEMAND'] = asked;
const onDemand = Object.entries(ON_DEMAND)
  .filter(([name]) => name === process.env['ON_DEMAND'])
  .map(([name, testDir]) => ({ name, testDir, testMatch: `${name}.spec.ts`, use: withAdapter }));
const alone = names.filter((name) => !SHORT.includes(name));

export default defineConfig({
  testDir: 'e2e',
  // Two browsers: while one page waits, loads or is checked, the other's adapter computes. Measured on
  // two cores: 39 tests take half the time that they take one by one.
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  // A machine whose two cores serve others too may be several times slower than usual.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  // One that passes only then is reported as flaky. By hand there is no second try.
  retries: process.env['CI'] === undefined ? 0 : 1,
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    viewport: { width: 1280, height: 900 },
    trace: 'off',
    // Tests see what the server has now; those of use without a network allow it.
    serviceWorkers: 'block',
  },
  projects: [
    {
      name: 'software-adapter',
      testIgnore: ['no-adapter.spec.ts', ...alone.map((name) => `${name}.spec.ts`)],
      use: withAdapter,
    },
    { name: 'short-soak', testDir: 'bench/page', testMatch: 'soak.spec.ts', use: withAdapter },
    { name: 'no-adapter', testMatch: 'no-adapter.spec.ts', use: launch(QUIET) },
    ...onDemand,
  ],
  webServer: {
    command: `npx vite preview --host 127.0.0.1 --port ${PORT} --strictPort`,
    url: `http://127.0.0.1:${PORT}/`,
  },
});
