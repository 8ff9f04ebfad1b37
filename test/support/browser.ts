import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const unpacked = join(root, 'node_modules/.cache/chromium');

/** Where systems put it. */
const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

// Without these it looks for hosts of its maker at every start, and as root it does not start at all.
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser: the system's Chromium, or else the one that a package of npm has in it. Nothing is fetched. */
export async function openBrowser(): Promise<Browser> {
  const system =
    process.env['ROLEBOOK_TEST_CHROMIUM'] === 'packed' ? undefined : installed.find((path) => existsSync(path));
  if (system !== undefined) return chromium.launch({ executablePath: system, args: switches });
  const folder = unpack();
  const env = {
    ...(process.env as Record<string, string>),
    LD_LIBRARY_PATH: [join(folder, 'al2023/lib'), process.env['LD_LIBRARY_PATH'] ?? ''].join(':'),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  };
  return chromium.launch({ executablePath: join(folder, 'chromium'), args: switches, env });
}

/** Unpacked once, and put in place whole: several files of tests may begin at the same time. */
function unpack(): string {
  if (existsSync(unpacked)) return unpacked;
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const half = mkdtempSync(`${unpacked}-`);
  execFileSync(process.execPath, [join(root, 'test/support/unpack-chromium.js')], {
    env: { ...process.env, TMPDIR: half, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // The package's own list looks for the fonts where its makers put them.
  writeFileSync(join(half, 'fonts.conf'), fontsIn(unpacked));
  try {
    renameSync(half, unpacked);
  } catch {
    rmSync(half, { recursive: true, force: true });
  }
  return unpacked;
}

function fontsIn(folder: string): string {
  const dirs = `<dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir>`;
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${dirs}</fontconfig>\n`;
}
