import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../support/browser.ts';
import { firstViewOf, tickIn, typeInto, type Work } from './measure-pages.ts';
import { writeManyForPages, writeWideWorkspace } from './pages-policies.ts';
import { TriedSidecar } from './tried-sidecar.ts';

/*
 * `npm run pages [TURNS]`: what the pages ask of a browser's main thread, and how soon a moved toggle shows its effect. Each
 * figure is of several turns, each first view in a profile of its own with nothing kept. Processor time is what a busy machine
 * does not lengthen; the clock is told beside it.
 */

const turns = Number(process.argv[2] ?? 7);
const browser = await openBrowser();
const at = '/workspaces/ws-0';
const views = { roles: '.roles', 'roles/job-1': '.category', members: '.members', matrix: '.matrix' };
const sizes = [
  { roles: 40, permissions: 200, members: 400 },
  { roles: 5000, permissions: 200, members: 400 },
  { roles: 40, permissions: 200, members: 50_000 },
];

try {
  for (const size of sizes) {
    const { roles, permissions, members } = size;
    console.log(`${roles} roles × ${permissions} permissions, ${members} members`);
    await withSidecar(async (root) => writeWideWorkspace(root, size), measureWide);
  }
  console.log('1,000 workspaces × 100 members');
  await withSidecar(async (root) => writeManyForPages(root, 1000, 100), measureTicks);
} finally {
  await browser.close();
}

async function measureWide(sidecar: TriedSidecar): Promise<void> {
  for (const [page, selector] of Object.entries(views)) {
    const found: Work[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      found.push(await firstViewOf(browser, sidecar, `${at}/${page}`, selector));
    }
    const of = (key: keyof Work): string => median(found.map((work) => work[key])).toFixed(0);
    console.log(
      `  first view of ${page}: main thread ${of('task')} ms (script ${of('script')}, layout and style ${of('layout')}), by the clock ${of('clock')} ms`,
    );
    const longest = await typeInto(browser, sidecar, `${at}/${page}`);
    console.log(`  typing there: at most ${longest.toFixed(0)} ms of the main thread for a letter`);
  }
}

async function measureTicks(sidecar: TriedSidecar): Promise<void> {
  const ticks = await tickIn(browser, sidecar, `${at}/roles/role-1`, turns * 3);
  const clock = ticks.map(({ clockMs }) => clockMs).sort((left, right) => left - right);
  console.log(
    `  from a tick to its effect: median ${median(clock).toFixed(0)} ms, 90 % ${(clock[Math.floor(clock.length * 0.9)] ?? NaN).toFixed(0)} ms; ` +
      `processor time of the sidecar ${median(ticks.map(({ sidecarMs }) => sidecarMs)).toFixed(0)} ms, of the page ${median(ticks.map(({ pageMs }) => pageMs)).toFixed(0)} ms`,
  );
}

async function withSidecar(
  write: (root: string) => Promise<void>,
  measure: (sidecar: TriedSidecar) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'rolebook-pages-'));
  try {
    await write(root);
    const sidecar = await TriedSidecar.start(root);
    try {
      await measure(sidecar);
    } finally {
      sidecar.stop();
    }
  } finally {
    await rm(root, { recursive: true });
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor((values.length - 1) / 2)] ?? NaN;
}
