/**
 * WebGPU in Node: Dawn, on the machine's own GPU, or on SwiftShader where there is none (the software
 * adapter that comes with Chromium).
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, globals } from 'webgpu';

const ICD = 'vk_swiftshader_icd.json';

/** Folders a Chromium is installed to, by packages of Debian, Fedora, Chrome and Playwright. */
function chromiumFolders(): string[] {
  const folders = [
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/usr/lib64/chromium-browser',
    '/opt/google/chrome',
    '/opt/chromium.org/chromium',
  ];
  const playwright =
    process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(homedir(), '.cache/ms-playwright');
  const below = (folder: string): string[] =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => join(folder, entry.name))
      : [];
  return [...folders, ...below(playwright).flatMap(below)];
}

/** Where SwiftShader's Vulkan driver is described, or null. */
export function findSoftwareDriver(): string | null {
  for (const folder of chromiumFolders()) {
    const file = join(folder, ICD);
    if (existsSync(file)) return file;
  }
  return null;
}

/** True where Linux shows no graphics device at all: then no driver but a software one can work. */
function withoutGraphicsDevice(): boolean {
  if (process.platform !== 'linux') return false;
  const devices = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg', '/dev/kfd', '/dev/mali0'];
  return !devices.some((device) => existsSync(device));
}

/** A millisecond, in which the device is not asked anything. */
const PAUSE_MS = 1;

/**
 * While it waits for its device, Dawn asks in every turn of the event loop whether it is done (by
 * setImmediate), and so keeps a core busy: half of a software adapter, where there are two. Asking
 * once a millisecond does as well. What it hands over is a native function, by which it is known;
 * everyone else's calls stay what they are.
 */
function askDeviceLessOften(): void {
  globalThis.setImmediate = new Proxy(globalThis.setImmediate, {
    apply(immediate, self, args: Parameters<typeof setImmediate>) {
      const [callback] = args;
      return String(callback).includes('[native code]')
        ? setTimeout(callback, PAUSE_MS)
        : Reflect.apply(immediate, self, args);
    },
  });
}

/** Held for the life of the process: devices crash once their instance is collected. */
let dawn: GPU | null = null;

/**
 * Dawn's `GPU`, and the WebGPU globals. Where Linux has no graphics device and no Vulkan driver is
 * named, the software adapter is used. (Looking for an adapter first and falling back would need two
 * Vulkan instances in one process, which the loader does not survive.)
 */
export function nodeGpu(): GPU {
  Object.assign(globalThis, globals);
  // Software drivers complain on stderr where this is missing.
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir();
  if (process.env['VK_ICD_FILENAMES'] === undefined && withoutGraphicsDevice()) {
    const driver = findSoftwareDriver();
    if (driver !== null) process.env['VK_ICD_FILENAMES'] = driver;
  }
  if (dawn === null) {
    askDeviceLessOften();
    dawn = create([]);
  }
  return dawn;
}
