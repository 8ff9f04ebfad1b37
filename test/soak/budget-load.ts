import { setImmediate as nextTurn } from 'node:timers/promises';
import { RememberedRequests } from '../../src/http/budget/remembered-requests.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import { limits } from '../../src/policy/limits.ts';
import { readMaxChanged } from '../../src/review/budget/max-changed.ts';
import { FolderChangeDesk } from '../../src/store/changes/folder/folder-change-desk.ts';
import { folderChangeWorker } from '../../src/store/changes/folder/folder-change-worker.ts';
import { weighedWork } from '../../src/store/changes/weighed-work.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';
import { ChangeBudget } from '../../src/store/live/change-budget.ts';
import { LivePolicy } from '../../src/store/live/live-policy.ts';
import { builtModule } from '../support/built-module.ts';
import { createPolicyFolder, smallPolicy } from '../support/policy-folder.ts';
import { runSidecar } from '../support/running-sidecar.ts';
import { loadFully, measureTurns, median } from './full-load.ts';

/*
 * `npm run budget-load`: what a change budget costs. First, at full load: the median of the processor time an answer, with the
 * request remembered and without, in turns side by side. Then, with as many remembered as may be and attributes on each, how long
 * nobody else has a turn while they are handed to the thread that judges a change, and while a reload judges by them, beside the
 * same without a budget. Ends with 1 where an answer is missing or wrong, where it costs more than a fiftieth, or where others
 * wait longer than it is said to.
 */
const pairs = 100;
const turnMs = 200;
const mostCost = 1.02;
const mostStallMs = 10;
const maxChanged = readMaxChanged('100%') ?? { text: '100%', thousandths: 100_000 };

async function measureDecisions(): Promise<boolean> {
  const remembered = new RememberedRequests();
  let [decided, isOn] = [0, false];
  const note = remembered.note.bind(remembered);
  remembered.note = (request, atMs) => {
    decided += 1;
    if (isOn) note(request, atMs);
  };
  const budget = new ChangeBudget({ maxChanged, remembered: () => Promise.resolve(remembered.list()) });
  const sidecar = await runSidecar({ budget: { budget, remembered } });
  const endLoad = loadFully(sidecar.port);
  const found = await measureTurns({ pairs, turnMs, decided: () => decided, set: (on) => (isOn = on) });
  const { answers, wrong } = await endLoad();
  await sidecar.dispose();
  const ratio = median(found.map((one) => one.with / one.without));
  const [alone, both] = [median(found.map((one) => one.without)), median(found.map((one) => one.with))];
  console.log(`${answers} answers, ${wrong} wrong; ${remembered.size} remembered`);
  console.log(
    `processor time an answer: ${alone.toFixed(2)} µs, remembered ${both.toFixed(2)} µs, ${ratio.toFixed(3)} times`,
  );
  return wrong === 0 && answers > 0 && ratio <= mostCost;
}

function fill(): RememberedRequests {
  const remembered = new RememberedRequests();
  for (let index = 0; index < limits.budget.requests; index += 1) {
    const request: EnforceRequest = {
      ...{ subjectType: 'user', subjectId: 'bo@acme.example', workspace: 'support', permission: 'message:send' },
      resource: { owner: 'bo@acme.example', channel: index },
    };
    remembered.note(request, index * 20);
  }
  return remembered;
}

/** The longest time without a turn for others, in milliseconds. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let [isOver, longest, lastMs] = [false, 0, performance.now()];
  const watch = async (): Promise<void> => {
    while (!isOver) {
      await nextTurn();
      const nowMs = performance.now();
      longest = Math.max(longest, nowMs - lastMs);
      lastMs = nowMs;
    }
  };
  const watching = watch();
  await work();
  isOver = true;
  await watching;
  return longest;
}

const tell = (stalls: readonly number[]): string =>
  `${median(stalls).toFixed(1)} ms (median of ${stalls.length}; least ${Math.min(...stalls).toFixed(1)}, most ${Math.max(...stalls).toFixed(1)})`;

const writing = { kind: 'files' } as const;
// A thread runs what was built.
const entry = new URL(builtModule('store/changes/folder/folder-change-thread'));

async function measureStalls(): Promise<boolean> {
  const remembered = fill();
  const good = smallPolicy();
  const files = {
    ...good,
    'roles.yaml': (good['roles.yaml'] ?? '').replace(
      'tag:create: Create tags',
      'tag:create: { title: Create tags, controls: roles }',
    ),
  };
  const folder = await createPolicyFolder(files);
  const budget = new ChangeBudget({ maxChanged, remembered: () => Promise.resolve(remembered.list()) });
  const lives = {
    with: new LivePolicy(new PolicyDirectory(folder.root), { budget }),
    without: new LivePolicy(new PolicyDirectory(folder.root)),
  };
  await Promise.all([lives.with.reload('start'), lives.without.reload('start')]);
  const desks = {
    with: new FolderChangeDesk(lives.with, (onWriting) =>
      weighedWork(folderChangeWorker(folder.root, { onWriting, writing, entry }), budget),
    ),
    without: new FolderChangeDesk(lives.without, (onWriting) =>
      folderChangeWorker(folder.root, { onWriting, writing, entry }),
    ),
  };
  const ask = async (desk: FolderChangeDesk): Promise<void> => {
    const answer = await desk.ask({
      what: {
        kind: 'edits',
        edits: [{ edit: 'role.change', workspace: 'support', role: 'trainee', title: 'Beginner' }],
      },
      actor: { type: 'user', id: 'wim@acme.example' },
      reason: undefined,
      caller: { name: 'load', organizations: undefined, mayProvision: false },
      idempotency: undefined,
      isPreview: true,
    });
    if (answer.kind !== 'judged') throw new Error(`the change was not judged: ${JSON.stringify(answer)}`);
  };
  const found: Record<'change' | 'reload', { readonly with: number; readonly without: number }[]> = {
    change: [],
    reload: [],
  };
  const text = good['policies/support.yaml'] ?? '';
  for (let round = 0; round < 12; round += 1) {
    found.change.push({
      with: await longestStall(() => ask(desks.with)),
      without: await longestStall(() => ask(desks.without)),
    });
    await folder.write('policies/support.yaml', text.replace('title: Trainee', `title: Trainee ${round}`));
    found.reload.push({
      with: await longestStall(() => lives.with.reload('request')),
      without: await longestStall(() => lives.without.reload('request')),
    });
  }
  await Promise.all([desks.with.close(), desks.without.close()]);
  await folder.dispose();
  console.log(`${remembered.size} requests remembered`);
  let isWell = true;
  for (const [name, all] of Object.entries(found)) {
    // The first ones warm up.
    const warm = all.slice(2);
    const [both, alone] = [warm.map((one) => one.with), warm.map((one) => one.without)];
    console.log(`longest stall of a ${name}: with a budget ${tell(both)}, without ${tell(alone)}`);
    // Others who use the machine make them longer, never shorter.
    isWell &&= Math.min(...both) <= mostStallMs;
  }
  return isWell;
}

const isShort = await measureStalls();
process.exitCode = (await measureDecisions()) && isShort ? 0 : 1;
