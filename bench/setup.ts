import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManyWorkspaces } from '../test/soak/many-workspaces.ts';
import { ask } from './ask.ts';
import { writeCerbosPolicy } from './cerbos-policy.ts';
import { pauseOthers, readMemory, runChild, type Child } from './children.ts';
import { timeWorkAlone } from './measure-http.ts';
import { membersEach, type Feature, type Plan } from './plan.ts';
import { cerbosAuthzen, cerbosCheck, enforce, enforceBatch, enforceExplained } from './protocols.ts';
import { createBatches, createQuestions } from './questions.ts';
import {
  cerbosBinary,
  rolebook,
  startBare,
  startCerbos,
  startExpressCasbin,
  startRolebook,
  type Server,
} from './servers.ts';
import { createTarget, type Target } from './targets.ts';

/** What starting a server with a policy of some size took. */
export interface Load {
  readonly server: 'rolebook' | 'cerbos' | 'casbin';
  readonly workspaces: number;
  readonly readyMs: readonly number[];
  /** What the fixed piece of work took before each. */
  readonly workMs: readonly number[];
  readonly residentMib: number;
  readonly child: Child;
}

export interface Setup {
  readonly targets: readonly Target[];
  readonly loads: readonly Load[];
  /** The policy folder of each size, and the sidecar that serves it. */
  readonly sidecars: ReadonlyMap<number, { readonly root: string; readonly server: Server }>;
}

const singles = (size: number): Target['asked'] => createQuestions(size, 400).map((question) => [question]);
const batches = (size: number): Target['asked'] => createBatches(size, 100);

/** Writes all policies and starts all servers, each while the others stand still. So all can be driven in turn. */
export async function setUp(folder: string, plan: Plan, say: (text: string) => void): Promise<Setup> {
  const loads: Load[] = [];
  const sidecars = new Map<number, { root: string; server: Server }>();
  for (const size of plan.sizes) {
    say(`rolebook loads ${size} workspaces`);
    const root = join(folder, `policy-${size}`);
    await writeManyWorkspaces(root, size, membersEach);
    const { server, load } = await loadAgain('rolebook', size, plan, () => startRolebook(root));
    sidecars.set(size, { root, server });
    loads.push(load);
  }
  const main = sidecars.get(plan.mainSize);
  if (!main) throw new Error('the main size is not among the sizes');
  const targets = [
    ...(await setUpBare(folder, plan, main.server)),
    ...(await setUpRolebook(folder, plan, sidecars)),
    ...(await setUpCerbos(folder, plan, loads, say)),
    ...(await setUpCasbin(folder, plan, loads, sidecars, say)),
  ];
  return { targets: sortTargets(targets, plan), loads, sidecars };
}

// What is compared stands side by side, so that little time passes between the two.
function sortTargets(targets: readonly Target[], { mainSize, sizes }: Plan): Target[] {
  const first = [`rolebook ${sizes[0] ?? 0}`, `rolebook ${sizes.at(-1) ?? 0}`];
  const order = [...first, 'bare', `rolebook ${mainSize}`, 'rolebook metrics', 'rolebook log', 'rolebook explain'];
  order.push('rolebook everything', `cerbos ${mainSize}`, 'cerbos authzen', 'cerbos batch', 'rolebook batch');
  order.push('bare batch', 'bare unix', 'rolebook unix');
  const rank = ({ name }: Target): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...targets].sort((left, right) => rank(left) - rank(right));
}

// Loads again and again, and leaves the last one running.
async function loadAgain(
  server: Load['server'],
  workspaces: number,
  plan: Plan,
  start: () => Promise<Server>,
): Promise<{ server: Server; load: Load }> {
  const times = workspaces > 1000 ? Math.ceil(plan.loads / 2) : plan.loads;
  const [readyMs, workMs]: [number[], number[]] = [[], []];
  for (let time = 1; ; time += 1) {
    workMs.push(await timeWorkAlone());
    const started = await pauseOthers([], start);
    readyMs.push(started.readyMs);
    const { child } = started;
    const { nowMib } = await readMemory(child.pid);
    if (time >= times) {
      return { server: started, load: { server, workspaces, readyMs, workMs, residentMib: nowMib, child } };
    }
    await child.stop();
  }
}

// Sends what rolebook answers, byte for byte, so that both send as much.
async function setUpBare(folder: string, plan: Plan, { address }: Server): Promise<Target[]> {
  const answers = [
    await ask(address, enforce.path, enforce.body(singles(plan.mainSize)[0] ?? [])),
    await ask(address, enforceBatch.path, enforceBatch.body(batches(plan.mainSize)[0] ?? [])),
  ];
  const tcp = await startBare(answers);
  const single = { protocol: enforce, isCeiling: true, asked: singles(plan.mainSize) };
  const batch = { protocol: enforceBatch, isCeiling: true, asked: batches(plan.mainSize) };
  const targets = [await createTarget(folder, 'bare', { server: tcp, ...single })];
  if (plan.features.includes('bare batch'))
    targets.push(await createTarget(folder, 'bare batch', { server: tcp, ...batch }));
  if (!plan.features.includes('unix')) return targets;
  const unix = await startBare(answers, join(folder, 'bare.sock'));
  return [...targets, await createTarget(folder, 'bare unix', { server: unix, ...single })];
}

async function setUpRolebook(folder: string, plan: Plan, sidecars: Setup['sidecars']): Promise<Target[]> {
  const targets: Target[] = [];
  const add = async (name: string, server: Server, size: number, protocol = enforce, more = {}): Promise<void> => {
    const asked = protocol === enforceBatch ? batches(size) : singles(size);
    targets.push(await createTarget(folder, name, { server, protocol, asked, ...more }));
  };
  for (const [size, { server, root }] of sidecars) {
    await add(`rolebook ${size}`, server, size);
    if (size !== plan.mainSize) continue;
    await add('rolebook batch', server, size, enforceBatch);
    const has = (feature: Feature): boolean => plan.features.includes(feature);
    if (has('unix'))
      await add('rolebook unix', await startRolebook(root, [], { socketPath: join(folder, 'rolebook.sock') }), size);
    if (has('metrics')) await add('rolebook metrics', server, size, enforce, { isScraped: true });
    if (has('explain')) await add('rolebook explain', server, size, enforceExplained);
    const logging = await startRolebook(root, ['--decision-log', join(folder, 'decisions.log')]);
    if (has('log')) await add('rolebook log', logging, size);
    if (has('everything')) await add('rolebook everything', logging, size, enforceExplained, { isScraped: true });
  }
  return targets;
}

async function setUpCerbos(folder: string, plan: Plan, loads: Load[], say: (text: string) => void): Promise<Target[]> {
  const targets: Target[] = [];
  // npm leaves it out where it does not run; its rows are then missing from the report.
  if (!existsSync(cerbosBinary)) say('no Cerbos for this system');
  for (const size of existsSync(cerbosBinary) ? plan.cerbosSizes : []) {
    say(`Cerbos loads ${size} workspaces`);
    const root = join(folder, `cerbos-${size}`);
    await writeCerbosPolicy(root, size);
    const { server, load } = await loadAgain('cerbos', size, { ...plan, loads: 1 }, () => startCerbos(root));
    loads.push(load);
    const asked = singles(size);
    targets.push(await createTarget(folder, `cerbos ${size}`, { server, protocol: cerbosCheck, asked }));
    if (size !== plan.mainSize) continue;
    if (plan.features.includes('authzen'))
      targets.push(await createTarget(folder, 'cerbos authzen', { server, protocol: cerbosAuthzen, asked }));
    const many = { server, protocol: cerbosCheck, asked: batches(size) };
    targets.push(await createTarget(folder, 'cerbos batch', many));
  }
  return targets;
}

async function setUpCasbin(
  folder: string,
  plan: Plan,
  loads: Load[],
  sidecars: Setup['sidecars'],
  say: (text: string) => void,
): Promise<Target[]> {
  const targets: Target[] = [];
  for (const size of plan.casbinSizes) {
    say(`Express with casbin loads ${size} workspaces`);
    const out = join(folder, `casbin-${size}`);
    await mkdir(out);
    const root = sidecars.get(size)?.root ?? '';
    await runChild(process.execPath, [rolebook, 'compile', '--policy', root, '--out', out]);
    const files = [join(out, 'model.conf'), join(out, 'policy.csv')] as const;
    const start = (): Promise<Server> => startExpressCasbin(...files, 120_000);
    const { server, load } = await loadAgain('casbin', size, { ...plan, loads: 1 }, start);
    loads.push(load);
    const options = { server, protocol: enforce, asked: singles(size), checks: size > 10 ? 30 : 200 };
    targets.push(await createTarget(folder, `casbin ${size}`, options));
  }
  return targets;
}
