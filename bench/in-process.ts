import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { casbinRows } from '../dist/compile/casbin/casbin-rules.js';
import { compilePolicy } from '../dist/compile/compile-policy.js';
import { CasbinDecider, type CasbinAnswer } from '../dist/engine/casbin-decider.js';
import { CasbinEngine } from '../dist/engine/casbin-engine.js';
import { MemberTable } from '../dist/engine/member-table.js';
import { DecidingEngine } from '../dist/library/deciding-engine.js';
import type { PolicyQuestion } from '../dist/library/policy-engine.js';
import type { LoadedPolicy } from '../dist/store/live/policy-source.js';
import { processClock } from '../dist/store/process-clock.js';
import type { EnforceRequest } from '../dist/policy/decision.js';
import type { PolicySet } from '../dist/policy/policy-set.js';
import { permissionIds } from '../test/soak/many-workspaces.ts';
import { timeFixedWork, warmFixedWork } from './fixed-work.ts';
import { grantsOf } from './questions.ts';
import { createRandom, median, spread } from './statistics.ts';

/*
 * Decisions without HTTP, in a process of their own so that nothing else is in its memory. Prints one line of JSON.
 * Arguments: the policy folder, its workspaces, members of each, and how many questions.
 *
 * Every member is asked about before anything is measured, and every question is asked once, so what is measured is
 * memory, never Casbin; `usFirst` is what such a first question takes.
 */

export interface InProcessResult {
  readonly rows: number;
  readonly compileMs: number;
  /** Each request made of new strings just before it is asked, as those of an HTTP request are. */
  readonly nsFresh: number;
  readonly spread: number;
  /** The very same request objects once more, all of them made long before. */
  readonly nsAgain: number;
  /** The same decision with its reason; requests made of new strings. */
  readonly nsExplain: number;
  /** The same by way of the library: the question checked, the clock read; made of new strings. */
  readonly nsLibrary: number;
  /** Parts of `nsFresh`: finding the permission, and finding the member. The rest is finding the answer. */
  readonly nsPermission: number;
  readonly nsMember: number;
  /** One read from a random place of 64 MiB, which is about what the members of 10⁶ rows take. */
  readonly nsMemory: number;
  /** A question that nobody asked before: `askedCasbin` of them did ask Casbin, before anything was measured. */
  readonly usFirst: number;
  readonly askedCasbin: number;
  readonly firstAfterSwapUs: number;
  readonly swapMs: number;
  /** What the fixed piece of work took in the same turns. */
  readonly workMs: number;
}

const [root = '', ...numbers] = process.argv.slice(2);
const [workspaces = 0, members = 0, count = 0] = numbers.map(Number);

const collect = (): void => (globalThis as { gc?: () => void }).gc?.();
const folder = join(root, 'policies');
const paths = (await readdir(folder)).map((name) => `policies/${name}`);
const files = await Promise.all(
  ['roles.yaml', ...paths].map(async (path) => ({ path, content: await readFile(join(root, path)) })),
);
const startedAt = performance.now();
const { policy, problems } = compilePolicy(files, Date.now());
const compileMs = performance.now() - startedAt;
if (!policy) throw new Error(`the policy does not compile: ${JSON.stringify(problems[0])}`);
const rows = countRows(policy);
// What the compiler does not need any more shall not be in the way.
files.length = 0;

function countRows(compiled: PolicySet): number {
  const { p, g } = casbinRows(compiled, Date.now());
  return p.length + g.length;
}

const random = createRandom(workspaces);
const pick = (below: number): number => Math.floor(random() * below);
const asked = Array.from({ length: count }, () => {
  const workspace = pick(workspaces);
  return { workspace, member: pick(members), permission: pick(permissionIds.length) };
});
const expected = asked.filter(({ workspace, member, permission }) =>
  grantsOf(workspace, member % 8).has(permissionIds[permission] ?? ''),
).length;

// A copy by way of bytes: V8 can then not know that the text is one it has seen.
const fresh = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
const createRequest = ({ workspace, member, permission }: (typeof asked)[number]): EnforceRequest => ({
  subjectType: 'user',
  subjectId: fresh(`user-${workspace}-${member}@acme.example`),
  workspace: fresh(`ws-${workspace}`),
  permission: fresh(permissionIds[permission] ?? ''),
});

let askedCasbin = 0;
const decider: Asking = CasbinDecider.prototype;
const { ask } = decider;
decider.ask = function (...question) {
  askedCasbin += 1;
  return ask.apply(this, question);
};

interface Asking {
  ask: (this: CasbinDecider, ...question: Parameters<CasbinDecider['ask']>) => CasbinAnswer;
}

function time<Request>(requests: readonly Request[], holds: (request: Request) => boolean): [number, number] {
  let held = 0;
  const startedAt = process.hrtime.bigint();
  for (const request of requests) if (holds(request)) held += 1;
  return [Number(process.hrtime.bigint() - startedAt), held];
}

/**
 * Nanoseconds a request. They are made a few at a time, so that their strings are where those of a request from the
 * network are: in the processor's caches. Made all at once they lie scattered, and finding them again costs as much as a
 * decision.
 */
function timeFresh(holds: (request: EnforceRequest) => boolean, mustHold: number): number {
  return timeFreshOf(createRequest, holds, mustHold);
}

function timeFreshOf<Request>(
  create: (one: (typeof asked)[number]) => Request,
  holds: (request: Request) => boolean,
  mustHold: number,
): number {
  let [tookNs, held] = [0, 0];
  for (let from = 0; from < count; from += batch) {
    const [ns, more] = time(asked.slice(from, from + batch).map(create), holds);
    tookNs += ns;
    held += more;
  }
  if (held !== mustHold) throw new Error(`${held} requests were as asked for instead of ${mustHold}`);
  return tookNs / count;
}

/** What the processor waits for one read that no cache has: each read says where the next one is. */
function timeMemory(bytes: number): number {
  const places = new Int32Array(bytes / 4);
  const step = 16;
  const order = Int32Array.from({ length: places.length / step }, (_, index) => index * step);
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = pick(index + 1);
    [order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0];
  }
  order.forEach((place, index) => (places[place] = order[(index + 1) % order.length] ?? 0));
  let place = 0;
  const startedAt = process.hrtime.bigint();
  for (let read = 0; read < count; read += 1) place = places[place] ?? 0;
  const tookNs = Number(process.hrtime.bigint() - startedAt);
  return place < 0 ? NaN : tookNs / count;
}

const batch = 200;
const passes = 7;
const atMs = Date.now();
const engine = await CasbinEngine.create(policy);
const { permissions } = policy.catalog;
const table = new MemberTable();
for (let workspace = 0; workspace < workspaces; workspace += 1) {
  for (let member = 0; member < members; member += 1) {
    const request = createRequest({ workspace, member, permission: 0 });
    engine.decide(request, atMs);
    table.add(request.workspace ?? '', request.subjectId, member % 8);
  }
}
const decides = (request: EnforceRequest): boolean => engine.decide(request, atMs) === 'granted';
const explains = (request: EnforceRequest): boolean => engine.explain(request, atMs).decision;
// What an application asks: the question is checked, and the clock is read.
const library = new DecidingEngine(
  {
    live: {
      current: { engine, revision: policy.revision } as LoadedPolicy,
      isStale: false,
      reload: () => Promise.reject(new Error('nothing is reloaded')),
    },
    close: () => Promise.resolve(),
  },
  processClock.now,
);
const createQuestion = (one: (typeof asked)[number]): PolicyQuestion => {
  const { subjectId: subject, workspace, permission } = createRequest(one);
  return { subject, workspace, permission };
};
const findsPermission = ({ permission }: EnforceRequest): boolean => permissions.get(permission) !== undefined;
const findsMember = ({ workspace = '', subjectId }: EnforceRequest): boolean =>
  table.find(workspace, subjectId) !== undefined;

askedCasbin = 0;
const usFirst = timeFresh(decides, expected) / 1000;
const askedBefore = askedCasbin;
const taken: Record<'fresh' | 'again' | 'explain' | 'library' | 'permission' | 'member' | 'memory' | 'work', number[]> =
  {
    fresh: [],
    again: [],
    explain: [],
    library: [],
    permission: [],
    member: [],
    memory: [],
    work: [],
  };
warmFixedWork();
for (let pass = 0; pass <= passes; pass += 1) {
  const requests = asked.map(createRequest);
  collect();
  time(requests, decides);
  const again = time(requests, decides)[0] / count;
  const round = {
    again,
    fresh: timeFresh(decides, expected),
    explain: timeFresh(explains, expected),
    library: timeFreshOf(createQuestion, (question) => library.decide(question), expected),
    permission: timeFresh(findsPermission, count),
    member: timeFresh(findsMember, count),
    memory: timeMemory(64 * 1024 * 1024),
    work: timeFixedWork(),
  };
  // The first pass is for the compiler of the machine code.
  if (pass > 0) for (const [name, ns] of Object.entries(round)) taken[name as keyof typeof round].push(ns);
}
if (askedCasbin !== askedBefore) throw new Error('Casbin was asked while its remembered answers were measured');

const [swapMs, firstUs]: [number[], number[]] = [[], []];
for (const request of asked.slice(0, 21).map(createRequest)) {
  const swapStartedAt = performance.now();
  const next = await CasbinEngine.create(policy);
  const swappedAt = performance.now();
  next.decide(request, Date.now());
  firstUs.push((performance.now() - swappedAt) * 1000);
  swapMs.push(swappedAt - swapStartedAt);
}
const result: InProcessResult = {
  rows,
  compileMs,
  nsFresh: median(taken.fresh),
  spread: spread(taken.fresh),
  nsAgain: median(taken.again),
  nsExplain: median(taken.explain),
  nsLibrary: median(taken.library),
  nsPermission: median(taken.permission),
  nsMember: median(taken.member),
  nsMemory: median(taken.memory),
  usFirst,
  askedCasbin: askedBefore,
  firstAfterSwapUs: median(firstUs),
  swapMs: median(swapMs),
  workMs: median(taken.work),
};
console.log(JSON.stringify(result));
