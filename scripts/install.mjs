/** Installs what is missing, so that one command is enough on a fresh clone. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Run a command with its output on stderr: stdout belongs to what was asked for. Gives the exit code. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // npm is a script of the shell on Windows.
    shell: process.platform === 'win32',
    ...options,
  });
  return done.status ?? 1;
}

/** The versions that lie in a folder's node_modules are those of its lock file. */
function isInstalled(folder) {
  const installed = resolve(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const have = read(installed);
  return Object.entries(read(resolve(folder, 'package-lock.json'))).every(
    ([path, { version, optional }]) =>
      path === '' || optional === true || have[path]?.version === version,
  );
}

/** `npm ci` where node_modules is missing or older than the lock file. Gives the exit code. */
export function install(folder = root) {
  if (isInstalled(folder)) return 0;
  console.error(
    `Installing what ${folder === root ? 'the project' : 'the comparison'} needs (npm ci)…`,
  );
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = run('npm', ['ci', ...flags], { cwd: folder });
  if (code !== 0) console.error('npm ci failed; what it said is above.');
  return code;
}

const SYSTEM_CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Where a Chromium is: CHROMIUM_PATH, Playwright's own, the system's; null where there is none. */
export async function findChromium() {
  const { chromium } = await import('@playwright/test');
  const candidates = [process.env.CHROMIUM_PATH, chromium.executablePath(), ...SYSTEM_CHROMIUMS];
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path)) ?? null;
}

const hasAptGet = () => existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** Find a Chromium, or install one: Playwright's download where it works, else the system's package. */
export async function ensureChromium() {
  const found = await findChromium();
  if (found !== null) return found;
  console.error('Installing Chromium…');
  run('npx', ['playwright', 'install', 'chromium'], { timeout: 300_000 });
  if ((await findChromium()) === null && hasAptGet()) {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', 'chromium']);
  }
  return findChromium();
}

/** Dawn needs a Vulkan loader on Linux, even for a software adapter. */
export function ensureVulkanLoader() {
  if (process.platform !== 'linux') return true;
  const folders = [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    `${homedir()}/.local/lib`,
  ];
  const present = () => folders.some((folder) => existsSync(resolve(folder, 'libvulkan.so.1')));
  if (!present() && hasAptGet()) {
    console.error('Installing the Vulkan loader…');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', 'libvulkan1']);
  }
  return present();
}
