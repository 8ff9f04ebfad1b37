import { assert } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { formatDuration, Staleness, type StaleRule } from '../../../src/store/live/staleness.ts';
import { DecisionLog } from '../../../src/http/logging/decision-log.ts';
import { createLog } from '../../../src/http/logging/log.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import type { Decision } from '../../../src/policy/decision.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';
import { policyOf } from '../../support/compile-yaml.ts';

const noon = Date.parse('2026-11-20T12:00:00Z');
const tenMinutesMs = 600_000;

describe('a policy whose source has not been heard for long', () => {
  /** A limit of ten minutes, heard last at noon, and a clock that a test moves. */
  const heardAtNoon = (rule: StaleRule): { staleness: Staleness; clock: { ms: number }; turns: boolean[] } => {
    const clock = { ms: noon };
    const turns: boolean[] = [];
    const options = { now: () => clock.ms, onTurn: (isTooOld: boolean) => turns.push(isTooOld) };
    const staleness = new Staleness({ maxMs: tenMinutesMs, rule }, options);
    staleness.hear(noon);
    return { staleness, clock, turns };
  };
  const isTooOld = (staleness: Staleness, atMs: number): boolean => atMs > staleness.freshUntilMs;

  it('is good up to the limit and at it, and too old a millisecond later', () => {
    const { staleness } = heardAtNoon('deny-all');
    assert.strictEqual(isTooOld(staleness, noon), false);
    assert.strictEqual(isTooOld(staleness, noon + tenMinutesMs), false);
    assert.strictEqual(isTooOld(staleness, noon + tenMinutesMs + 1), true);
  });

  it('is good again as soon as its source is heard', () => {
    const { staleness, clock, turns } = heardAtNoon('deny-all');
    clock.ms = noon + tenMinutesMs + 1;
    assert.deepInclude(staleness.report as object, { isTooOld: true, lastWordMs: noon });
    staleness.hear(clock.ms);
    assert.deepInclude(staleness.report as object, { isTooOld: false, lastWordMs: clock.ms });
    assert.deepEqual(turns, []);
  });

  it('is never too old without a limit', () => {
    const staleness = new Staleness();
    assert.strictEqual(isTooOld(staleness, Number.MAX_SAFE_INTEGER), false);
    staleness.hear(0);
    assert.deepEqual([isTooOld(staleness, noon), staleness.report], [false, undefined]);
  });

  it('is too old before it was heard of for the first time', () => {
    const staleness = new Staleness({ maxMs: tenMinutesMs, rule: 'deny-all' }, { now: () => noon });
    assert.strictEqual(isTooOld(staleness, noon), true);
  });

  it('is too old when it was last heard in a time to come, since nobody knows how long ago that is', () => {
    const { staleness, turns } = heardAtNoon('deny-all');
    staleness.hear(noon + 3_600_000);
    assert.strictEqual(isTooOld(staleness, noon), true);
    assert.strictEqual(staleness.report?.lastWordMs, undefined);
    staleness.hear(noon);
    assert.strictEqual(isTooOld(staleness, noon), false);
    assert.deepEqual(turns, [true, false]);
  });

  it('becomes too old on time although the clock is set back meanwhile', async () => {
    const clock = { ms: noon };
    const turns: boolean[] = [];
    const limit = { maxMs: 30, rule: 'deny-all' } as const;
    const staleness = new Staleness(limit, { now: () => clock.ms, onTurn: (turn) => turns.push(turn) });
    staleness.hear(noon);
    clock.ms = noon - 3_600_000;
    assert.strictEqual(isTooOld(staleness, clock.ms), false);
    while (turns.length === 0) await pause(5);
    assert.strictEqual(isTooOld(staleness, clock.ms), true);
    staleness.hear(clock.ms);
    assert.strictEqual(isTooOld(staleness, clock.ms), false);
    staleness.close();
    assert.deepEqual(turns, [true, false]);
  });

  it('is too old at once when the clock is set forward, until its source is heard again', () => {
    const { staleness, clock } = heardAtNoon('deny-all');
    clock.ms = noon + 3_600_000;
    assert.strictEqual(isTooOld(staleness, clock.ms), true);
    staleness.hear(clock.ms);
    assert.strictEqual(isTooOld(staleness, clock.ms), false);
  });

  it('denies what it was told to deny, and nothing else', () => {
    const { staleness } = heardAtNoon({ deny: ['conversation:delete', 'teammate:*'] });
    for (const denied of ['conversation:delete', 'teammate:manage', 'teammate:x']) {
      assert.strictEqual(staleness.denies(denied), true, denied);
    }
    for (const left of [
      'conversation:assign',
      'conversation:deleted',
      'team:manage',
      'teammates:manage',
      'teammate',
      '',
    ]) {
      assert.strictEqual(staleness.denies(left), false, left);
    }
    assert.strictEqual(heardAtNoon('deny-all').staleness.denies(''), true);
    assert.strictEqual(heardAtNoon('go-on').staleness.denies('teammate:manage'), false);
    assert.deepEqual(staleness.unknownPermissions(['conversation:delete', 'tag:create']), ['teammate:*']);
  });

  it('denies a permission that was renamed by either id, whichever it was told and whichever is asked', () => {
    const { catalog } = policyOf({
      'roles.yaml':
        'permissions: { All: { thread:send: { title: Send, was: message:send } } }\nroles: { member: {} }\n',
      'policies/support.yaml': 'workspace: support\n',
    });
    for (const rule of ['message:send', 'thread:send', 'message:*', 'thread:*']) {
      const { staleness } = heardAtNoon({ deny: [rule] });
      for (const asked of ['message:send', 'thread:send'])
        assert.isTrue(staleness.denies(asked, catalog), `${rule} ${asked}`);
      assert.isFalse(staleness.denies('mail:send', catalog));
    }
  });

  it('says why it denies, and of what goes on since when the source is silent', () => {
    const granted: Decision = { decision: true, reason: { code: 'granted', message: 'granted' } };
    const staleSince = '2026-11-20T12:00:00Z';
    assert.deepEqual(
      heardAtNoon('deny-all').staleness.adjust('a:b', () => granted),
      {
        decision: false,
        reason: {
          code: 'stale-policy',
          message: `the policy is too old to allow this: its source was heard last at ${staleSince}, and the limit is 10m`,
          staleSince,
        },
      },
    );
    assert.deepEqual(
      heardAtNoon('go-on').staleness.adjust('a:b', () => granted),
      {
        decision: true,
        reason: { code: 'granted', message: 'granted', staleSince },
      },
    );
  });

  it('writes durations as the option takes them', () => {
    const written = [5000, 90_000, tenMinutesMs, 7_200_000, 86_400_000].map(formatDuration);
    assert.deepEqual(written, ['5s', '90s', '10m', '2h', '1d']);
  });
});

describe('a sidecar whose files have not been read for long', () => {
  after(disposeSidecars);

  const start = async (rule: StaleRule): Promise<{ running: RunningSidecar; clock: { ms: number } }> => {
    const clock = { ms: Date.now() };
    const now = (): number => clock.ms;
    const staleness = new Staleness({ maxMs: tenMinutesMs, rule }, { now });
    const running = await runSidecar({ now, staleness });
    return { running, clock };
  };
  const ana = { subject: 'ana@acme.example', workspace: 'support' };
  const explain = async (running: RunningSidecar, permission: string): Promise<{ decision: boolean; code: string }> => {
    const reply = await running.call('/v1/enforce?explain', { method: 'POST', body: { ...ana, permission } });
    const { decision, reason } = reply.json as { decision: boolean; reason: { code: string } };
    assert.include((await running.enforce({ ...ana, permission })).json as object, { decision });
    return { decision, code: reason.code };
  };
  const allowed = { decision: true, code: 'granted' };
  const stale = { decision: false, code: 'stale-policy' };

  it('denies everything beyond the limit, allows before, and allows again after the next look', async () => {
    const { running, clock } = await start('deny-all');
    assert.deepEqual(await explain(running, 'tag:create'), allowed);
    clock.ms += tenMinutesMs + 60_000;
    assert.deepEqual(await explain(running, 'tag:create'), stale);
    assert.deepEqual(await explain(running, 'analytics:view'), stale);
    const batch = {
      requests: [
        { ...ana, permission: 'tag:create' },
        { ...ana, permission: 'comment:send' },
      ],
    };
    const reply = await running.call('/v1/enforce/batch', { method: 'POST', body: batch });
    assert.deepInclude(reply.json as object, { decisions: [{ decision: false }, { decision: false }] });
    const { lastReload } = running.live;
    if (lastReload) running.sidecar.noteCheck(lastReload, clock.ms);
    assert.deepEqual(await explain(running, 'tag:create'), allowed);
    assert.deepEqual(await explain(running, 'analytics:view'), { decision: false, code: 'not-granted' });
  });

  it('writes why into the decision log', async () => {
    const clock = { ms: Date.now() };
    const now = (): number => clock.ms;
    const stdout = new MemoryStream();
    const log = createLog({ level: 'info', stream: new MemoryStream(), format: 'json' });
    const decisionLog = await DecisionLog.open('-', { log, stdout });
    const staleness = new Staleness({ maxMs: tenMinutesMs, rule: { deny: ['tag:create'] } }, { now });
    const running = await runSidecar({ now, staleness, decisionLog });
    await running.enforce({ ...ana, permission: 'tag:create' });
    clock.ms += tenMinutesMs + 60_000;
    await running.enforce({ ...ana, permission: 'tag:create' });
    await running.enforce({ ...ana, permission: 'comment:send' });
    await decisionLog.flush();
    const reasons = stdout.lines.map((line) => (JSON.parse(line) as { reason: string }).reason);
    assert.deepEqual(reasons, ['granted', 'stale-policy', 'granted']);
  });

  it('denies the named permissions alone, in listings too', async () => {
    const { running, clock } = await start({ deny: ['tag:*', 'message:send'] });
    const list = async (): Promise<Record<string, unknown>> => {
      const { json } = await running.call('/v1/workspaces/support/members/ana%40acme.example/permissions');
      const { permissions } = json as { permissions: { permission: string; decision: boolean; scopes?: object }[] };
      return Object.fromEntries(
        permissions.map(({ permission, decision, scopes }) => [permission, scopes ?? decision]),
      );
    };
    const before = await list();
    assert.include(before as object, { 'tag:create': true, 'comment:send': true });
    assert.deepEqual(before['message:send'], { personal: true, shared: true });
    clock.ms += tenMinutesMs + 60_000;
    assert.deepEqual(await explain(running, 'tag:create'), stale);
    assert.deepEqual(await explain(running, 'comment:send'), allowed);
    const after = await list();
    assert.include(after as object, { 'tag:create': false, 'comment:send': true });
    assert.deepEqual(after['message:send'], { personal: false, shared: false });
  });

  it('goes on where it was told to, and says so', async () => {
    const { running, clock } = await start('go-on');
    clock.ms += tenMinutesMs + 60_000;
    assert.deepEqual(await explain(running, 'tag:create'), allowed);
    const body = { ...ana, permission: 'tag:create' };
    const { text } = await running.call('/v1/enforce?explain', { method: 'POST', body });
    assert.include(text, '"staleSince":"');
  });

  it('shows it in /readyz, /v1/policy and the metrics', async () => {
    const { running, clock } = await start('deny-all');
    const seen = async (): Promise<unknown[]> => {
      const ready = (await running.call('/readyz')).json as Record<string, unknown>;
      const { maxStaleness } = (await running.call('/v1/policy')).json as { maxStaleness: Record<string, unknown> };
      const lines = (await running.call('/metrics')).text.split('\n');
      assert.deepEqual([maxStaleness['limit'], maxStaleness['whenStale']], ['10m', 'deny-all']);
      return [
        ready['isBeyondMaxStaleness'],
        maxStaleness['isBeyond'],
        ...lines.filter((line) => /^rolebook_(policy_beyond|stale_denials)/.test(line)),
      ];
    };
    assert.deepEqual(await seen(), [
      false,
      false,
      'rolebook_stale_denials_total 0',
      'rolebook_policy_beyond_max_staleness 0',
    ]);
    clock.ms += tenMinutesMs + 60_000;
    await running.enforce({ ...ana, permission: 'tag:create' });
    assert.deepEqual(await seen(), [
      true,
      true,
      'rolebook_stale_denials_total 1',
      'rolebook_policy_beyond_max_staleness 1',
    ]);
  });

  it('is not taken for read by a look that failed', async () => {
    const { running, clock } = await start('deny-all');
    await running.folder.remove('roles.yaml');
    const failed = await running.live.reload('poll');
    clock.ms += tenMinutesMs + 60_000;
    running.sidecar.noteCheck(failed, clock.ms);
    assert.deepEqual(await explain(running, 'tag:create'), stale);
  });

  it('says nothing of it where there is no limit', async () => {
    const running = await runSidecar();
    assert.deepEqual(Object.keys((await running.call('/readyz')).json as object), ['status', 'revision', 'isStale']);
    assert.notProperty((await running.call('/v1/policy')).json, 'maxStaleness');
  });
});
