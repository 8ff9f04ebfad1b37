import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { casbinRows } from '../dist/compile/casbin-rules.js';
import { compilePolicy } from '../dist/compile/compile-policy.js';
import { CasbinEngine } from '../dist/engine/casbin-engine.js';
import type { EnforceRequest } from '../dist/policy/decision.js';
import type { PolicySet } from '../dist/policy/policy-set.js';
import { permissionIds } from '../test/soak/many-workspaces.ts';
import { grantsOf } from './questions.ts';
import { createRandom, median, spread } from './statistics.ts';

/*
 * Decisions without HTTP, in a process of their own so that nothing else is in its memory. Prints one line of JSON.
 * Arguments: the policy folder, its workspaces, members of each, and how many questions.
 */

export interface InProcessResult {
  readonly rows: number;
  readonly compileMs: number;
  /** Each request made of new strings, as those of an HTTP request are. */
  readonly nsFresh: number;
  readonly spread: number;
  /** The very same request objects once more: their strings carry their hash already. */
  readonly nsAgain: number;
  readonly firstAfterSwapUs: number;
  readonly swapMs: number;
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
const createRequests = (): EnforceRequest[] =>
  asked.map(({ workspace, member, permission }) => ({
    subjectType: 'user',
    subjectId: fresh(`user-${workspace}-${member}@acme.example`),
    workspace: fresh(`ws-${workspace}`),
    permission: fresh(permissionIds[permission] ?? ''),
  }));

function timeDecisions(engine: CasbinEngine, requests: readonly EnforceRequest[]): number {
  const atMs = Date.now();
  let granted = 0;
  const startedAt = process.hrtime.bigint();
  for (const request of requests) if (engine.decide(request, atMs) === 'granted') granted += 1;
  const tookNs = Number(process.hrtime.bigint() - startedAt);
  if (granted !== expected) throw new Error(`${granted} requests were granted instead of ${expected}`);
  return tookNs / requests.length;
}

const engine = await CasbinEngine.create(policy);
timeDecisions(engine, createRequests());
const freshNs: number[] = [];
const againNs: number[] = [];
for (let pass = 0; pass < 5; pass += 1) {
  const requests = createRequests();
  collect();
  freshNs.push(timeDecisions(engine, requests));
  againNs.push(timeDecisions(engine, requests));
}

const [swapMs, firstUs]: [number[], number[]] = [[], []];
for (const request of createRequests().slice(0, 21)) {
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
  nsFresh: median(freshNs),
  spread: spread(freshNs),
  nsAgain: median(againNs),
  firstAfterSwapUs: median(firstUs),
  swapMs: median(swapMs),
};
console.log(JSON.stringify(result));
