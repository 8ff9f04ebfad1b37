import { assert } from 'chai';
import { logCutMembers, logJudgement } from '../../../src/http/budget/budget-log.ts';
import { RememberedRequests } from '../../../src/http/budget/remembered-requests.ts';
import { createLog } from '../../../src/http/logging/log.ts';
import { readMaxChanged } from '../../../src/review/budget/max-changed.ts';
import { budgetOutcomes, ChangeBudget } from '../../../src/store/live/change-budget.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { disposeSidecars, runSidecar, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';

const file = 'policies/support.yaml';
const good = smallPolicy()[file] ?? '';
const demoted = good.replace('ana@acme.example: team-lead', 'ana@acme.example: member');
const ana = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const started = Date.parse('2027-01-01T09:00:00Z');
const hour = 3_600_000;

interface Told {
  readonly isStale: boolean;
  readonly budget: {
    readonly waiting: { readonly revision: string } | null;
    readonly last: { readonly outcome: string } | null;
  };
}

describe('a judgement by a change budget', function () {
  this.timeout(60_000);
  let folder: PolicyFolder;
  let running: RunningSidecar;
  let live: LivePolicy;
  let nowMs: number;
  /** What is remembered can be had when this is over. */
  let gate: Promise<unknown>;
  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    [nowMs, gate] = [started, Promise.resolve()];
  });
  afterEach(async () => {
    await disposeSidecars();
    await folder.dispose();
  });

  /** A sidecar of the folder, which remembers what it is asked. */
  const start = async (): Promise<void> => {
    const remembered = new RememberedRequests();
    const budget = new ChangeBudget({
      maxChanged: readMaxChanged('1%') ?? assert.fail(),
      remembered: () => gate.then(() => remembered.list()),
      now: () => nowMs,
    });
    live = new LivePolicy(new PolicyDirectory(folder.root), { budget, now: () => nowMs });
    await live.reload('start');
    running = await runSidecar({ live, budget: { budget, remembered }, now: () => nowMs });
  };
  const post = (path: string, body?: object): Promise<Reply> =>
    running.call(path, { method: 'POST', ...(body && { body }) });
  const ask = async (): Promise<void> => {
    const requests = Array.from({ length: 120 }, () => ana);
    assert.strictEqual((await post('/v1/enforce/batch', { requests })).status, 200);
  };
  const told = async (): Promise<Told> => (await running.call('/v1/policy')).json as Told;
  const reload = (): Promise<Reply> => post('/v1/policy/reload');
  const allows = async (): Promise<boolean> =>
    ((await post('/v1/enforce', ana)).json as { decision: boolean }).decision;

  it('leaves what waits to be told while a look goes on, and until it has an end', async () => {
    await start();
    await ask();
    await folder.write(file, demoted);
    assert.strictEqual((await reload()).status, 409);
    const waiting = (await told()).budget.waiting?.revision ?? assert.fail('nothing waits');
    let open: () => void = () => undefined;
    gate = new Promise<void>((resolve) => (open = resolve));
    const looking = reload();
    for (let times = 0; times < 3; times += 1) {
      assert.strictEqual((await told()).budget.waiting?.revision, waiting);
      assert.include((await running.call('/metrics')).text, 'rolebook_policy_over_budget 1');
    }
    open();
    assert.strictEqual((await looking).status, 409);
    assert.strictEqual((await told()).budget.waiting?.revision, waiting);
    await folder.write(file, good.replace('extends: member', 'extends: nobody'));
    assert.strictEqual((await reload()).status, 422);
    assert.isNull((await told()).budget.waiting, 'it is there no more');
    await folder.write(file, demoted);
    await reload();
    await folder.write(file, good);
    assert.strictEqual((await reload()).status, 200);
    assert.isNull((await told()).budget.waiting, 'what is live waits for nothing');
  });

  it('that cannot be made keeps the policy from going live, and decisions go on, until it can', async () => {
    await start();
    await ask();
    const first = live.current?.revision;
    await folder.write(file, good.replace('title: Trainee', 'title: Beginner'));
    gate = Promise.reject(new Error('worker 7 does not say what it was asked'));
    gate.catch(() => undefined);
    const outcome = await live.reload('files');
    assert.strictEqual(outcome.outcome, 'failed');
    assert.include(outcome.error, 'nobody knows what the policy changes: worker 7 does not say what it was asked');
    assert.strictEqual(live.current?.revision, first);
    assert.isTrue(await allows());
    const { isStale, budget } = await told();
    assert.deepEqual([isStale, budget.waiting, budget.last], [true, null, null]);
    gate = Promise.resolve();
    // Nobody has to ask for it by name.
    assert.strictEqual((await live.reload('poll')).outcome, 'loaded');
    assert.strictEqual((await told()).budget.last?.outcome, 'within');
  });

  it('is as of its own instant: what ends by itself while a policy waits is no change any more', async () => {
    const until = '[{ role: team-lead, until: 2027-01-01T10:00:00Z }]';
    const temporary = good.replace('ana@acme.example: team-lead', `ana@acme.example: ${until}`);
    await folder.write(file, temporary);
    await start();
    await ask();
    await folder.write(file, temporary.replace(`ana@acme.example: ${until}`, 'ana@acme.example: member'));
    assert.strictEqual((await reload()).status, 409);
    assert.isTrue(await allows());
    nowMs = started + hour;
    assert.isFalse(await allows(), 'by the live policy');
    assert.strictEqual((await reload()).status, 200);
    assert.isNull((await told()).budget.waiting);
  });

  it('is of what comes on top of a policy that waits, against the live one', async () => {
    await start();
    await ask();
    await folder.write(file, demoted);
    await reload();
    const first = (await told()).budget.waiting?.revision;
    await folder.write(file, demoted.replace('title: Trainee', 'title: Beginner'));
    assert.strictEqual((await reload()).status, 409);
    const second = (await told()).budget.waiting?.revision;
    assert.notStrictEqual(second, first);
    assert.strictEqual((await post('/v1/policy/accept', { revision: first })).status, 409);
    assert.isTrue(await allows());
    await folder.write(file, good.replace('title: Trainee', 'title: Beginner'));
    assert.strictEqual((await reload()).status, 200, 'what came on top is no change by itself');
    assert.isTrue(await allows());
  });

  it('is not made of the first policy of a start, so that a restart ends the waiting', async () => {
    await start();
    await ask();
    await folder.write(file, demoted);
    assert.strictEqual((await reload()).status, 409);
    await running.dispose();
    await start();
    assert.isFalse(await allows());
    assert.deepEqual((await told()).budget, { maxChanged: '1%', waiting: null, refused: [], last: null } as never);
  });
});

describe('the log of a change budget', () => {
  const lines = (write: (log: ReturnType<typeof createLog>) => void): string => {
    const stream = new MemoryStream();
    write(createLog({ level: 'info', stream, format: 'json' }));
    return stream.text;
  };
  const said: Record<(typeof budgetOutcomes)[number], string> = {
    within: 'the policy changes no remembered request',
    over: '',
    accepted: 'the policy was accepted, whatever it changes',
    written: 'the policy was judged where it was written',
    unjudged: 'too few requests are remembered',
  };
  for (const outcome of budgetOutcomes) {
    it(`says how a policy was judged: ${outcome}`, () => {
      const weighing = { compared: 120, denied: 0, allowed: 0, kinds: [] };
      const isWeighed = outcome === 'within' || outcome === 'over';
      const judgement = { at: new Date(), revision: 'faf1c4423bfb', outcome, remembered: 120 };
      const text = lines((log) => logJudgement({ ...judgement, weighing: isWeighed ? weighing : undefined }, log));
      for (const [other, words] of Object.entries(said)) {
        if (words !== '') assert.strictEqual(text.includes(words), other === outcome, `${outcome}: ${text}`);
      }
    });
  }

  it('says where somebody has less than was given, and not who', () => {
    const place = { kind: 'workspace', id: 'support' } as const;
    const member = { place, subject: { type: 'user', id: 'fay' }, assignments: [], sequence: 7, token: 'x' };
    const text = lines((log) => logCutMembers([member, member], log));
    assert.include(text, '"memberships":2');
    assert.include(text, '"places":["workspace support"]');
    assert.notInclude(text, 'fay');
  });
});
