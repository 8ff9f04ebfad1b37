import { assert } from 'chai';
import { EditGround } from '../../../src/compile/edit/edit-ground.ts';
import { etagOf, findEditedObject } from '../../../src/review/changes/edit-etags.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { readAs, wrongActors, wrongTags } from '../../support/reads-as.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

interface RoleInFull {
  readonly etag: string;
  readonly written: Record<string, unknown>;
  readonly cells: readonly Record<string, unknown>[];
  readonly holderCount: number;
  readonly holders: readonly { subject: { id: string }; roles: readonly Record<string, unknown>[] }[];
  readonly next?: string;
}

const support = 'policies/acme/support.yaml';

const roles = `roles:
  lead: { title: Lead, grants: ["ticket:*", invoice:create] }
  silent: { title: Silent, grants: [], denies: [ticket:close, "member:*"] }
  clerk:
    title: Clerk
    description: Keeps the books.
    extends: [lead, seller]
    without: [ticket:close]
    grants: [invoice:void]
    denies: ["ticket:answer@rest"]
`;

function filesWith(text = roles): Record<string, string> {
  const files = groupPolicyFiles();
  return { ...files, [support]: (files[support] ?? '').replace(/roles:\n(?: {2}.*\n)+/, text) };
}

describe('one role in full', () => {
  let running: RunningSidecar;
  before(async () => {
    running = await runSidecar({ files: filesWith() });
  });
  after(disposeSidecars);

  const read = (role: string, place = 'workspaces/support', query = ''): Promise<RoleInFull> =>
    readAs(running, `/v1/${place}/roles/${role}${query}`);

  it('is told as its file has it, with its line', async () => {
    assert.deepInclude((await read('clerk')) as object, {
      workspace: 'support',
      role: 'clerk',
      title: 'Clerk',
      description: 'Keeps the books.',
      builtIn: false,
      spans: 'workspace',
    });
    assert.deepEqual((await read('clerk')).written, {
      file: support,
      line: 6,
      column: 3,
      title: 'Clerk',
      description: 'Keeps the books.',
      extends: ['lead', 'seller'],
      grants: ['invoice:void'],
      without: ['ticket:close'],
      denies: ['ticket:answer@rest'],
    });
    const { written } = await read('captain');
    assert.deepInclude(written, { file: 'roles.yaml', holders: 1, extends: [], grants: ['ticket:close'] });
  });

  it('is told cell by cell, with the role and the line that say so', async () => {
    const { cells } = await read('clerk');
    const told = cells.map(({ permission, scope, state, decision, from, line }) =>
      [permission, scope ?? '-', state, decision, from ?? '-', line ?? '-'].join(' '),
    );
    assert.deepEqual(told, [
      'ticket:answer own everybody true - 4',
      'ticket:answer rest denied false - 12',
      'ticket:close - taken-out false lead 6',
      'invoice:create - inherited true lead 4',
      'invoice:approve - none false - -',
      'invoice:void - own true - 11',
      'member:manage own none false - -',
      'member:manage rest none false - -',
    ]);
  });

  it('has the hash of its entry, which an edit is guarded by: no other line changes it', async () => {
    const { etag } = await read('clerk');
    assert.match(etag, /^[0-9a-f]{24}$/);
    const change = async (text: string): Promise<string> => {
      await running.folder.write(support, filesWith(text)[support] ?? '');
      await running.live.reload('request');
      return (await read('clerk')).etag;
    };
    const clerk = roles.slice(roles.indexOf('  clerk:'));
    const inOneLine =
      '  clerk: { title: "Clerk", description: Keeps the books., extends: [lead, seller], without: ["ticket:close"], ' +
      'grants: [invoice:void], denies: ["ticket:answer@rest"] } # in flow\n';
    assert.strictEqual(await change(roles.replace(clerk, inOneLine)), etag);
    assert.strictEqual(await change(roles.replace('title: Lead', 'title: Leader')), etag);
    assert.notStrictEqual(await change(roles.replace('[invoice:void]', '[]')), etag);
    assert.notStrictEqual(await change(roles.replace('title: Clerk', 'title: Clerks')), etag);
    assert.strictEqual(await change(roles), etag);
  });

  it('has the very hash that an edit of it is compared with', async () => {
    const files = Object.entries(filesWith()).map(([path, text]) => ({ path, content: Buffer.from(text) }));
    const policy = compileOrFail(files);
    for (const role of ['lead', 'silent', 'clerk']) {
      const edit = { edit: 'role.change', workspace: 'support', role } as const;
      const object = findEditedObject(policy, new EditGround(policy, files), edit);
      assert.strictEqual((await read(role)).etag, etagOf(object?.value), role);
    }
  });

  it('lists who holds it: by the workspace, a group, and from above', async () => {
    const names = ({ holders }: RoleInFull): string[] => holders.map(({ subject }) => subject.id);
    assert.deepEqual(names(await read('manager')), ['eve', 'mia', 'sid', 'zoe']);
    const { holders } = await read('manager');
    assert.deepEqual(
      holders.map(({ roles: [given] }) => given?.['time']),
      ['begins', 'holds', 'holds', 'ended'],
    );
    assert.deepEqual(names(await read('agent')), ['bot', 'dan', 'dot']);
    assert.deepInclude((await read('agent')).holders[1]?.roles[0], { group: 'desk', source: 'git', file: support });
    assert.deepEqual(names(await read('owner')), ['olu']);
    assert.deepEqual(names(await read('owner', 'organizations/acme')), ['olu']);
    assert.deepEqual(names(await read('auditor', 'organizations/acme')), ['bea', 'pia']);
    assert.deepEqual(names(await read('silent')), ['sid']);
    assert.deepEqual(names(await read('voider')), []);
  });

  it('lists them page by page, and says how many there are', async () => {
    const found: string[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const query: string = next === '' ? '?limit=1' : `?limit=1&after=${encodeURIComponent(next)}`;
      const page: RoleInFull = await read('agent', 'workspaces/support', query);
      assert.strictEqual(page.holderCount, 3);
      found.push(...page.holders.map(({ subject }) => subject.id));
      next = page.next;
    }
    assert.deepEqual(found, ['bot', 'dan', 'dot']);
  });

  it('is not sent again to whoever has it, until it or its holders change', async () => {
    const path = '/v1/workspaces/sales/roles/closer';
    const tag = String((await running.call(path)).headers['etag']);
    assert.strictEqual((await running.call(path, { headers: { 'If-None-Match': tag } })).status, 304);
    const file = 'policies/acme/sales.yaml';
    const text = (filesWith()[file] ?? '').replace('mia: agent', 'mia: [agent, closer]');
    await running.folder.write(file, text);
    await running.live.reload('request');
    assert.strictEqual((await running.call(path, { headers: { 'If-None-Match': tag } })).status, 200);
  });

  it('is one that is seen there', async () => {
    const nowhere = [
      'closer',
      'nobody',
      'Lead',
      'le\u00e0d',
      '__proto__',
      'constructor',
      '%20',
      'lead%2F..',
      'organization:acme',
    ];
    for (const role of nowhere) {
      expectProblem(await running.call(`/v1/workspaces/support/roles/${encodeURI(role)}`), 404, 'no-such-role');
    }
    expectProblem(await running.call('/v1/organizations/acme/roles/lead'), 404, 'no-such-role');
    const { detail } = expectProblem(await running.call('/v1/workspaces/support/roles/chief'), 404, 'no-such-role');
    assert.strictEqual(detail, 'there is no role `chief` here; it was deleted, and its holders went to `lead`');
    const meant = expectProblem(await running.call('/v1/workspaces/support/roles/silnt'), 404, 'no-such-role');
    assert.strictEqual(meant['detail'], 'there is no role `silnt` here; did you mean `silent`?');
    expectProblem(await running.call('/v1/workspaces/nowhere/roles/agent'), 404, 'unknown-workspace');
    expectProblem(await running.call('/v1/organizations/nowhere/roles/agent'), 404, 'unknown-organization');
  });

  it('is asked for in one way', async () => {
    const path = '/v1/workspaces/support/roles/agent';
    const queries = [
      'x',
      'limit=0',
      'limit=1001',
      'limit=-1',
      'limit=1.5',
      'limit=a',
      'limit=',
      'limit=1&limit=2',
      'after=a',
      'after=',
    ];
    for (const query of queries) assert.strictEqual((await running.call(`${path}?${query}`)).status, 400, query);
    for (const tags of wrongTags) {
      expectProblem(await running.call(path, { headers: { 'If-None-Match': tags } }), 400, 'invalid-request');
    }
    for (const [, headers] of wrongActors) expectProblem(await running.call(path, { headers }), 400, 'invalid-request');
  });
});
