/**
 * WebGPU in Node: Dawn, on the machine's own GPU, or on SwiftShader where there is none (the software
 * adapter that comes with Chromium).
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
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
  const playwright = process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(homedir(), '.cache/ms-playwright');
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

/**
 * Dawn's `GPU`, and the WebGPU globals. Where no Vulkan driver is named and none gives an adapter,
 * the software adapter is used.
 */
export async function nodeGpu(): Promise<GPU> {
  Object.assign(globalThis, globals);
  const own = create([]);
  if (process.env['VK_ICD_FILENAMES'] !== undefined) return own;
  const adapter = await own.requestAdapter();
  if (adapter !== null) return own;
  const driver = findSoftwareDriver();
  if (driver === null) return own;
  process.env['VK_ICD_FILENAMES'] = driver;
  return create([]);
}
