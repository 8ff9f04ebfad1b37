import { assert } from 'chai';
import { readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { DecisionLog } from '../../../src/http/logging/decision-log.ts';
import { createLog } from '../../../src/http/logging/log.ts';
import { ShadowEngine } from '../../../src/http/shadow/shadow-engine.ts';
import { ShadowJudge } from '../../../src/http/shadow/shadow-judge.ts';
import type { EnforceRequest } from '../../../src/policy/decision.ts';
import { limits } from '../../../src/policy/limits.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';
import { waitFor } from '../../support/wait-for.ts';

const path = 'policies/support.yaml';
const question: EnforceRequest = {
  subjectType: 'user',
  subjectId: 'cy@acme.example',
  workspace: 'support',
  permission: 'tag:create',
};

/** Cy may do more than in the small policy, and Ana less. */
export function otherPolicy(): Record<string, string> {
  const text = smallPolicy()[path] ?? '';
  return {
    ...smallPolicy(),
    [path]: text
      .replace('cy@acme.example: member', 'cy@acme.example: team-lead')
      .replace('ana@acme.example: team-lead', 'ana@acme.example: member'),
  };
}

describe('a shadow policy', () => {
  let folder: PolicyFolder;
  let shadow: LivePolicy;
  let logs: string;
  beforeEach(async () => {
    folder = await createPolicyFolder(otherPolicy());
    shadow = new LivePolicy(new PolicyDirectory(folder.root));
    await shadow.reload('start');
    logs = await mkdtemp(join(tmpdir(), 'rolebook-shadow-'));
  });
  afterEach(async () => {
    await disposeSidecars();
    await folder.dispose();
    await rm(logs, { recursive: true, force: true });
  });

  const open = async (file?: string): Promise<{ judge: ShadowJudge; log: DecisionLog | undefined }> => {
    const talk = createLog({ level: 'info', stream: new MemoryStream(), format: 'json' });
    const options = { log: talk, stdout: new MemoryStream(), name: 'shadow log', drainTimeoutMs: 500 };
    const log = file === undefined ? undefined : await DecisionLog.open(file, options);
    return { judge: new ShadowJudge(new ShadowEngine(shadow), log), log };
  };

  it('is told by its metrics and by a line an answer, and changes none', async () => {
    const file = join(logs, 'differences.jsonl');
    const { judge, log } = await open(file);
    const followed = { place: { kind: 'folder', name: 'next' } as const, policy: shadow };
    const sidecar = await runSidecar({ shadow: { followed, judge } });
    const ask = async (subject: string): Promise<unknown> => {
      const { json } = await sidecar.enforce({ subject, workspace: 'support', permission: 'tag:create' });
      return (json as { decision: boolean }).decision;
    };
    const one = (subject: string): object => ({ subject, workspace: 'support', permission: 'tag:create' });
    assert.deepEqual([await ask('ana@acme.example'), await ask('cy@acme.example')], [true, false]);
    assert.strictEqual(await ask('wim@acme.example'), true);
    const body = { requests: [one('ana@acme.example'), one('bo@acme.example')] };
    await sidecar.call('/v1/enforce/batch?explain', { method: 'POST', body });
    await waitFor('the comparison', () => judge.compared === 5);
    const { text } = await sidecar.call('/metrics');
    for (const line of [
      'rolebook_shadow_decisions_total 5',
      'rolebook_shadow_differences_total{shadow="deny",reason="not-granted"} 2',
      'rolebook_shadow_differences_total{shadow="allow",reason="not-granted"} 1',
      'rolebook_shadow_skipped_total{reason="busy"} 0',
      'rolebook_shadow_stale 0',
      `rolebook_shadow_revision_info{revision="${shadow.current?.revision ?? ''}"} 1`,
    ]) {
      assert.include(text, line);
    }
    const { json } = await sidecar.call('/v1/policy');
    const told = (json as { shadow: object }).shadow;
    assert.include(told, { kind: 'folder', name: 'next', revision: shadow.current?.revision, isStale: false });
    await sidecar.dispose();
    await log?.close();
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.lengthOf(parsed, 3);
    const cy = parsed.find(({ subject }) => (subject as { id: string }).id === 'cy@acme.example');
    assert.deepInclude(cy, {
      workspace: 'support',
      permission: 'tag:create',
      decision: false,
      reason: 'not-granted',
      revision: sidecar.live.current?.revision,
      shadow: { revision: shadow.current?.revision, decision: true, reason: 'granted' },
    });
  });

  it('has a bounded queue: what is beyond it is counted, and everything is counted once', async () => {
    const { judge } = await open();
    const asked = limits.shadow.waiting + 500;
    for (let index = 0; index < asked; index += 1) judge.note(question, 'not-granted', 'r', 0);
    assert.strictEqual(judge.skipped.busy, 500);
    await waitFor('the comparison', () => judge.compared === limits.shadow.waiting);
    await judge.close();
    assert.deepEqual(judge.differences, [{ shadow: 'allow', reason: 'not-granted', count: limits.shadow.waiting }]);
  });

  it('takes some by chance while more come than its share of the time decides, and all of them again after that', async () => {
    const { judge } = await open();
    const isFull = (): boolean => judge.skipped.busy > 0;
    let asked = 0;
    const ask = (count: number): void => {
      for (let index = 0; index < count; index += 1) judge.note(question, 'granted', 'r', 0);
      asked += count;
    };
    ask(limits.shadow.waiting * 2);
    assert.isTrue(isFull());
    const settled = (): boolean => judge.compared + judge.skipped.busy === asked;
    await waitFor('the queue', settled);
    // Each turn that ends with nothing left takes more of them again.
    for (let turn = 0; turn < 12; turn += 1) {
      ask(1);
      await waitFor('the queue', settled);
    }
    const before = judge.compared;
    ask(100);
    await waitFor('the queue', settled);
    assert.strictEqual(judge.compared - before, 100);
  });

  it('leaves out what is large, and what comes before there is a policy, and counts both', async () => {
    const { judge } = await open();
    const resource = { values: Array.from({ length: limits.shadow.values }, (_, index) => index) };
    judge.note({ ...question, resource }, 'not-granted', 'r', 0);
    judge.note({ ...question, resource: { owner: 'cy' } }, 'not-granted', 'r', 0);
    await waitFor('the comparison', () => judge.compared === 1);
    assert.strictEqual(judge.skipped.large, 1);
    const none = new ShadowJudge(new ShadowEngine({ current: undefined }), undefined);
    none.note(question, 'granted', 'r', 0);
    await waitFor('the turn', () => none.skipped['no-policy'] === 1);
    assert.strictEqual(none.compared, 0);
  });

  it('is not asked what was denied because the live policy is too old', async () => {
    const { judge } = await open();
    judge.note(question, 'stale-policy', 'r', 0);
    judge.note(question, 'granted', 'r', 0);
    await judge.close();
    assert.strictEqual(judge.compared, 1);
  });

  it('counts the lines that a full disk does not take, and compares on', async () => {
    const { judge, log } = await open('/dev/full');
    judge.note(question, 'not-granted', 'r', 0);
    await waitFor('the loss', () => judge.droppedLines === 1);
    judge.note(question, 'not-granted', 'r', 0);
    await judge.close();
    assert.strictEqual(judge.compared, 2);
    assert.strictEqual(judge.droppedLines, 2);
    await log?.close();
  });

  it('decides by the members that the live policy has at run time', async () => {
    const live = new LivePolicy(new PolicyDirectory(folder.root));
    await live.reload('start');
    const members = new RuntimeMembers();
    const engine = new ShadowEngine(shadow, { live, read: () => members });
    const judge = new ShadowJudge(engine, undefined);
    const place = { kind: 'workspace', id: 'support' } as const;
    const subject = { type: 'user', id: 'dee@acme.example' };
    const asked = { ...question, subjectId: subject.id };
    await waitFor('the engine', () => engine.current instanceof CasbinEngine);
    judge.note(asked, 'not-a-member', 'r', 0);
    await waitFor('the comparison', () => judge.compared === 1);
    assert.deepEqual(judge.differences, []);
    judge.note(asked, 'not-a-member', 'r', 0);
    members.set({ place, subject, assignments: [{ role: 'team-lead' }], sequence: 1, token: 't' });
    judge.memberChanged(place, subject);
    assert.strictEqual(judge.skipped.changed, 1);
    judge.note(asked, 'granted', 'r', 0);
    judge.note(asked, 'not-a-member', 'r', 0);
    await judge.close();
    assert.deepEqual(judge.differences, [{ shadow: 'allow', reason: 'not-a-member', count: 1 }]);
  });
});
