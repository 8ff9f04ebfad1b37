import { assert } from 'chai';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecisionLog } from '../../../src/http/logging/decision-log.ts';
import { createLog } from '../../../src/http/logging/log.ts';
import type { DecisionLine } from '../../../src/policy/decision-log/decision-line.ts';
import { limits } from '../../../src/policy/limits.ts';
import { readDecisionLine } from '../../../src/review/usage/read-decision-line.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { disposeSidecars, type RunningSidecar, runSidecar } from '../../support/running-sidecar.ts';

const files = {
  'roles.yaml': `subjectTypes: [user, service]
scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: { in: $subject.properties.teams } } }
  shared: {}
permissions:
  Messages:
    message:send:
      title: Send messages
      scopes: [self, team, shared]
    draft:create: { title: Create drafts, was: [draft:write] }
    billing:view: { title: View invoices, plans: [scale] }
roles:
  member: { title: Member, grants: ["message:send@self", "message:send@shared", draft:create] }
  lead: { title: Lead, grants: ["message:send@team"] }
  auditor: { title: Auditor, denies: [draft:create] }
defaultRole: member
`,
  'policies/organization.yaml': `organization: acme
groups:
  emea: [gus]
`,
  'policies/support.yaml': `workspace: support
members:
  ana: member
  lea: [member, lead]
  aud: [member, auditor]
  old: { roles: [{ role: lead, until: 2020-01-01 }] }
  group:emea: member
`,
};

describe('the lines of decisions', () => {
  let folder: string;
  let file: string;
  let talk: MemoryStream;
  let running: RunningSidecar;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-lines-'));
    file = join(folder, 'decisions.jsonl');
    talk = new MemoryStream();
  });
  afterEach(async () => {
    await disposeSidecars();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(attributes?: readonly string[]): Promise<void> {
    const log = createLog({ level: 'info', stream: talk, format: 'json' });
    const decisionLog = await DecisionLog.open(file, { log, stdout: new MemoryStream(), attributes });
    running = await runSidecar({ files, decisionLog });
  }

  async function lines(): Promise<readonly DecisionLine[]> {
    await running.dispose();
    const text = await readFile(file, 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const read = readDecisionLine(line);
        return 'line' in read ? read.line : assert.fail(`${read.message}: ${line}`);
      });
  }

  const questions: readonly (readonly [question: object, found: Partial<DecisionLine>])[] = [
    [
      { subject: 'ana', permission: 'draft:create' },
      { reason: 'granted', role: 'member' },
    ],
    [
      { subject: 'ana', permission: 'draft:write' },
      { reason: 'granted', role: 'member', permission: 'draft:write' },
    ],
    [
      { subject: 'aud', permission: 'draft:create' },
      { reason: 'denied-by-role', role: 'auditor' },
    ],
    [
      { subject: 'ana', permission: 'message:send', scope: 'shared' },
      { reason: 'granted', role: 'member', scope: ['shared'], foundScope: 'shared' },
    ],
    [
      { subject: 'ana', permission: 'message:send', scope: ['team'] },
      { reason: 'not-granted', scope: ['team'], foundScope: 'team' },
    ],
    [
      {
        subject: { type: 'user', id: 'ana', properties: { teams: ['a'] } },
        permission: 'message:send',
        resource: { owner: 'ana', team: 'b' },
      },
      { reason: 'granted', role: 'member', foundScope: 'self' },
    ],
    [
      {
        subject: { type: 'user', id: 'lea', properties: { teams: ['a'] } },
        permission: 'message:send',
        resource: { owner: 'lea', team: 'a' },
      },
      { reason: 'granted', foundScope: 'self+team', role: 'member' },
    ],
    [{ subject: 'ana', permission: 'message:send', resource: { owner: 'bo' } }, { reason: 'missing-attribute' }],
    [{ subject: 'ana', permission: 'billing:view' }, { reason: 'not-in-plan' }],
    [
      { subject: 'gus', permission: 'draft:create' },
      { reason: 'granted', role: 'member', group: 'emea' },
    ],
    [
      { subject: 'old', permission: 'draft:create' },
      { reason: 'grant-expired', role: 'lead' },
    ],
    [{ subject: 'nobody', permission: 'draft:create' }, { reason: 'not-a-member' }],
    [{ subject: 'ana', permission: 'draft:burn' }, { reason: 'unknown-permission' }],
    [
      { subject: 'ana', permission: 'message:send', scope: 'nowhere' },
      { reason: 'unknown-scope', scope: ['nowhere'] },
    ],
    [
      { subject: 'ana', workspace: 'nowhere', permission: 'draft:create' },
      { reason: 'unknown-workspace', workspace: 'nowhere' },
    ],
  ];

  function assertFound(line: DecisionLine | undefined, found: Partial<DecisionLine>, what: string): void {
    assert.isDefined(line, what);
    const told = Object.entries(line).filter(
      ([name]) => !['time', 'id', 'revision', 'subject', 'decision'].includes(name),
    );
    const { workspace = 'support', permission = line.permission } = found;
    assert.deepEqual(Object.fromEntries(told), { ...found, workspace, permission }, what);
    assert.equal(line.decision, found.reason === 'granted', what);
  }

  const doors = {
    'one by one': async (asked: readonly object[]) => {
      for (const body of asked) await running.enforce(body);
    },
    explained: async (asked: readonly object[]) => {
      for (const body of asked) await running.call('/v1/enforce?explain', { method: 'POST', body });
    },
    'in a batch': (asked: readonly object[]) =>
      running.call('/v1/enforce/batch', { method: 'POST', body: { requests: asked } }),
    'in an explained batch': (asked: readonly object[]) =>
      running.call('/v1/enforce/batch?explain', { method: 'POST', body: { requests: asked } }),
  };
  for (const [door, ask] of Object.entries(doors)) {
    it(`say which scope was found, and which role and group decided, asked ${door}, again and again`, async () => {
      await start();
      const asked = questions.map(([question]) => ({ workspace: 'support', ...question }));
      for (let turn = 0; turn < 3; turn += 1) await ask(asked);
      const found = await lines();
      assert.lengthOf(found, 3 * questions.length);
      for (const [index, line] of found.entries()) {
        const [question, right] = questions[index % questions.length] ?? [];
        assertFound(line, right ?? {}, JSON.stringify(question));
      }
    });
  }

  it('say the same of a role as its reason does', async () => {
    await start();
    const questionsTold: { code: string; role?: string; group?: string }[] = [];
    for (const [question] of questions) {
      const reply = await running.call('/v1/enforce?explain', {
        method: 'POST',
        body: { workspace: 'support', ...question },
      });
      const { reason } = reply.json as { reason: { code: string; role?: string; group?: string } };
      questionsTold.push(reason);
    }
    const found = await lines();
    for (const [index, { code, role, group }] of questionsTold.entries()) {
      assert.deepEqual([found[index]?.reason, found[index]?.role, found[index]?.group], [code, role, group]);
    }
  });

  it('tell how it was decided by the policy that decided, whatever is live when they are written', async () => {
    await start();
    const ask = { subject: 'ana', workspace: 'support', permission: 'draft:create' };
    await running.enforce(ask);
    await running.folder.write(
      'roles.yaml',
      files['roles.yaml'].replace(
        '  member: { title: Member',
        '  helper: { title: Helper, grants: [draft:create] }\n  member: { title: Member',
      ),
    );
    await running.folder.write(
      'policies/support.yaml',
      files['policies/support.yaml'].replace('ana: member', 'ana: helper'),
    );
    await running.live.reload('request');
    await running.enforce(ask);
    await running.enforce(ask);
    assert.deepEqual(
      (await lines()).map(({ role }) => role),
      ['member', 'helper', 'helper'],
    );
  });

  it('have the id of the request, alone and in a batch', async () => {
    await start();
    const body = { subject: 'ana', workspace: 'support', permission: 'draft:create' };
    await running.call('/v1/enforce', { method: 'POST', body, headers: { 'X-Request-Id': 'req-1' } });
    await running.call('/v1/enforce', { method: 'POST', body });
    await running.call('/v1/enforce', { method: 'POST', body, headers: { 'X-Request-Id': 'no "quotes"' } });
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    await running.call('/v1/enforce/batch', { method: 'POST', body: { requests: [body, body] }, headers });
    const trace = '0af7651916cd43dd8448eb211c80319c';
    assert.deepEqual(
      (await lines()).map(({ request }) => request),
      ['req-1', undefined, undefined, trace, trace],
    );
  });

  it('have no attributes, unless they are named', async () => {
    await start();
    const resource = { owner: 'private', team: 'private' };
    const subject = { type: 'user', id: 'ana', properties: { teams: ['private'] } };
    await running.enforce({
      subject,
      workspace: 'support',
      permission: 'message:send',
      resource,
      context: { ip: 'private' },
    });
    await lines();
    assert.notInclude(await readFile(file, 'utf8'), 'private');
  });

  it('have those that are named, where the permission looks them up and the request has them', async () => {
    await start(['resource.owner', 'subject.properties.teams']);
    const ask = (resource: object, teams: unknown, permission = 'message:send', more = {}): Promise<unknown> =>
      running.enforce({
        subject: { type: 'user', id: 'ana', properties: { teams } },
        workspace: 'support',
        permission,
        resource,
        ...more,
      });
    await ask({ owner: 'ana', team: 'private' }, ['a', 'b']);
    await ask({ owner: null }, 7);
    await ask({ other: 'private' }, 'a');
    await ask({ owner: 'x'.repeat(limits.loggedAttributeCharacters + 1) }, ['a']);
    await ask(
      { owner: { id: 'ana' } },
      Array.from({ length: limits.loggedAttributeValues + 1 }, () => 'a'),
    );
    await ask({ owner: [['ana']] }, [{ id: 'a' }]);
    await ask({ owner: 'ana' }, ['a'], 'draft:create');
    await ask({ owner: 'ana' }, ['a'], 'message:send', { scope: 'shared' });
    const found = await lines();
    assert.deepEqual(
      found.map(({ attributes }) => attributes),
      [
        { 'resource.owner': 'ana', 'subject.properties.teams': ['a', 'b'] },
        { 'resource.owner': null, 'subject.properties.teams': 7 },
        { 'subject.properties.teams': 'a' },
        { 'subject.properties.teams': ['a'] },
        {},
        {},
        undefined,
        undefined,
      ],
    );
    assert.deepEqual(
      found.map(({ attributesLeftOut }) => attributesLeftOut?.length ?? 0),
      [0, 0, 0, 1, 2, 2, 0, 0],
    );
    assert.notInclude(await readFile(file, 'utf8'), 'private');
  });

  it('warn of an attribute that no permission looks up, once for each policy', async () => {
    await start(['resource.ownr', 'resource.owner']);
    const ask = { subject: 'ana', workspace: 'support', permission: 'draft:create' };
    for (let turn = 0; turn < 3; turn += 1) await running.enforce(ask);
    await lines();
    const warned = talk.text.split('\n').filter((line) => line.includes('looks up'));
    assert.lengthOf(warned, 1);
    assert.include(warned[0] ?? '', '"attribute":"resource.ownr"');
  });
});
