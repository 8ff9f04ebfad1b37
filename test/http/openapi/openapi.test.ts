import { assert } from 'chai';
import { apiProblems } from '../../../src/http/messages/api-problem.ts';
import { openApiDocument } from '../../../src/http/sidecar-listener.ts';
import { createPolicyFolder, smallPolicy } from '../../support/policy-folder.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import { disposeDatabaseSidecars, publish, runDatabaseSidecar } from '../../support/database-sidecar.ts';
import {
  type Call,
  type Reply,
  disposeSidecars,
  runSidecar,
  type RunningSidecar,
} from '../../support/running-sidecar.ts';
import { createCheck, isDescribedRedirect } from './answer-check.ts';
import { checkBudget } from './budget-answers.ts';
import { changedPolicy, checkChanges, checkReleasedChanges } from './change-answers.ts';
import { checkMembers } from './member-answers.ts';
import { checkPages } from './page-answers.ts';
import { checkReviews } from './review-answers.ts';
import { richPolicy } from './rich-policy.ts';
import { checkReads, checkRemovals } from './read-answers.ts';

interface Content {
  readonly content: Record<string, { readonly schema: object }>;
}

type Paths = Record<string, Record<string, { readonly responses: Record<string, Content> }>>;

const allowed = { subject: 'ana@acme.example', workspace: 'support', permission: 'message:send', scope: 'shared' };
const memberPath = '/v1/workspaces/{workspace}/members/{subject}';
const permissionsPath = '/v1/workspaces/{workspace}/members/{subject}/permissions';

describe('the OpenAPI document', () => {
  const seen = new Set<string>();
  after(disposeSidecars);

  /** Makes a call and holds its answer against what the document says of that path, method and status. */
  const check = async (
    running: Pick<RunningSidecar, 'call'>,
    template: string,
    path: string,
    call: Call = {},
  ): Promise<Reply> => {
    const reply = await running.call(path, call);
    const method = (call.method ?? 'GET').toLowerCase();
    const operation = (openApiDocument.paths as Paths)[template]?.[method] ?? firstOperation(template);
    seen.add(`${template} ${reply.status}`);
    if (isDescribedRedirect(operation.responses, reply)) return reply;
    const described = operation.responses[String(reply.status)]?.content;
    assert.notStrictEqual(described, undefined, `${method} ${template} ${reply.status} is described`);
    const type = (reply.headers['content-type'] ?? '').split(';')[0] ?? '';
    const schema = described?.[type]?.schema;
    assert.notStrictEqual(schema, undefined, `${method} ${template} ${reply.status} as ${type}`);
    const value = type === 'text/plain' ? reply.text : reply.json;
    assert.deepEqual(createCheck(schema ?? {})(value), [], `${method} ${template}: ${reply.text}`);
    const code = (reply.json as { code?: string } | undefined)?.code;
    if (code !== undefined) seen.add(code);
    return reply;
  };

  it('is served, and is the same for everybody', async () => {
    const running = await runSidecar();
    assert.deepEqual((await running.call('/openapi.json')).json, JSON.parse(JSON.stringify(openApiDocument)));
  });

  it('describes the real answers to good requests', async () => {
    const running = await runSidecar({ files: richPolicy() });
    const post = (body: object): Call => ({ method: 'POST', body });
    const batch = { requests: [allowed, { ...allowed, subject: 'cy@acme.example', workspace: 'sales' }] };
    await check(running, '/v1/enforce', '/v1/enforce', post(allowed));
    for (const permission of ['message:send', 'tag:create', 'tag:creat', 'analytics:view']) {
      for (const subject of ['ana@acme.example', 'cy@acme.example', 'dee@acme.example', 'mallory']) {
        await check(running, '/v1/enforce', '/v1/enforce?explain', post({ ...allowed, subject, permission }));
        await check(running, '/v1/enforce', '/v1/enforce?explain', post({ subject, workspace: 'support', permission }));
      }
    }
    await check(running, '/v1/enforce/batch', '/v1/enforce/batch', post(batch));
    await check(running, '/v1/enforce/batch', '/v1/enforce/batch?explain', post(batch));
    for (const subject of ['ana@acme.example', 'dee@acme.example', 'mallory']) {
      await check(running, permissionsPath, `/v1/workspaces/support/members/${subject}/permissions`);
    }
    await check(running, '/v1/workspaces/{workspace}/roles', '/v1/workspaces/support/roles');
    const company = { subject: 'olu@acme.example', organization: 'acme', permission: 'message:send' };
    for (const organization of ['acme', 'nowhere']) {
      await check(running, '/v1/enforce', '/v1/enforce?explain', post({ ...company, organization }));
    }
    const ofCompany = '/v1/organizations/{organization}';
    await check(
      running,
      `${ofCompany}/members/{subject}/permissions`,
      '/v1/organizations/acme/members/olu@acme.example/permissions',
    );
    await check(running, `${ofCompany}/roles`, '/v1/organizations/acme/roles');
    await checkReads(running, check);
    await check(running, '/v1/policy', '/v1/policy');
    await check(running, '/v1/policy/reload', '/v1/policy/reload', { method: 'POST' });
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) await check(running, path, path);
  });

  it('describes the real answers to bad requests', async () => {
    const running = await runSidecar();
    for (const path of ['/v1/enforce', '/v1/enforce/batch']) {
      const bodies = ['{', '{"a":1,"a":1}', '{"a":1e400}', '['.repeat(99) + ']'.repeat(99), '{}', Buffer.from([0xff])];
      for (const body of bodies) await check(running, path, path, { method: 'POST', body });
      await check(running, path, path, { method: 'POST', body: Buffer.alloc(2_000_000) });
      await check(running, path, path, { method: 'POST', body: '{}', headers: { 'Content-Type': 'text/plain' } });
      await check(running, path, `${path}?x`, { method: 'POST', body: '{}' });
    }
    await check(running, permissionsPath, '/v1/workspaces/support/members/a%22/permissions');
    await check(running, permissionsPath, '/v1/workspaces/support/members/a/permissions?subjectType=robot');
    await check(running, permissionsPath, '/v1/workspaces/sales/members/a/permissions');
    await check(running, '/v1/workspaces/{workspace}/roles', '/v1/workspaces/sales/roles');
    await check(running, '/v1/workspaces/{workspace}/roles', '/v1/workspaces/%zz/roles');
    await check(running, '/v1/policy', '/v1/policy?x');
    await check(running, '/v1/fleet', '/v1/fleet');
    const put = { method: 'PUT', body: { roles: ['member'], actor: 'wim@acme.example' } };
    await check(running, memberPath, '/v1/workspaces/support/members/a', put);
    for (const path of Object.keys(openApiDocument.paths)) {
      const real = realPath(path);
      await check(running, path, real, { method: 'PATCH' });
      await check(running, path, real, { method: methodOf(path), headers: { Expect: 'nothing' } });
      if (!['/healthz', '/readyz', '/openapi.json'].includes(path)) {
        await check(running, path, real, { method: methodOf(path), headers: { Host: 'evil.example' } });
        await check(running, path, real, { method: methodOf(path), headers: { Origin: 'https://evil.example' } });
      }
    }
  });

  it('describes the real answers of a sidecar without a policy, with a bad one, and with tokens', async () => {
    const broken = { ...smallPolicy(), 'roles.yaml': 'roles: { a: { grants: [b] } }\nbaseline: [c:d]\n' };
    const unready = await runSidecar({ files: broken });
    await check(unready, '/readyz', '/readyz');
    await check(unready, '/v1/policy', '/v1/policy');
    await check(unready, '/v1/policy/reload', '/v1/policy/reload', { method: 'POST' });
    await check(unready, '/v1/enforce', '/v1/enforce', { method: 'POST', body: allowed });
    await check(unready, '/v1/enforce/batch', '/v1/enforce/batch', { method: 'POST', body: { requests: [] } });
    await check(unready, '/v1/workspaces/{workspace}/roles', '/v1/workspaces/support/roles');
    await check(unready, permissionsPath, '/v1/workspaces/support/members/a/permissions');
    const secrets = await createPolicyFolder({ tokens: 'a-token-of-some-length\n' });
    const guarded = await runSidecar({ tokenFile: `${secrets.root}/tokens` });
    for (const path of Object.keys(openApiDocument.paths)) {
      const real = realPath(path);
      await check(guarded, path, real, { method: methodOf(path) });
    }
    await secrets.dispose();
  });

  it('describes the real answers of a sidecar of a database, to changes of members, too', async () => {
    const databases = (await testDatabases[0]?.open()) as TestDatabases;
    try {
      const url = await databases.create();
      await publish(url, groupPolicyFiles('escalation: prevent\n'));
      const running = await runDatabaseSidecar(url);
      await checkMembers(running, check);
      await checkRemovals(running, check);
      await publish(url, groupPolicyFiles());
      const lone = { roles: ['voider'], actor: 'mia' };
      const both = { roles: ['seller', 'approver'], actor: 'mia' };
      await check(running, memberPath, '/v1/workspaces/support/members/lea', { method: 'PUT', body: both });
      await check(running, memberPath, '/v1/workspaces/support/members/lea', { method: 'PUT', body: lone });
      const hal = encodeURIComponent('\u04bb\u0430\u04cf');
      const agent = { roles: ['agent'], actor: 'mia' };
      await check(running, memberPath, `/v1/workspaces/support/members/${hal}`, { method: 'PUT', body: agent });
      const foreman = '  foreman: { grants: ["member:*"], assigns: [agent] }\n';
      const texts = groupPolicyFiles();
      await publish(url, {
        ...texts,
        'roles.yaml': (texts['roles.yaml'] ?? '').replace('roles:\n', `roles:\n${foreman}`),
      });
      const fay = { roles: ['foreman'], actor: 'mia' };
      const byFay = { roles: ['manager'], actor: 'fay' };
      const nothing = { roles: ['captain'], inPlaceOf: 'mia', actor: 'mia' };
      const handed = { ...nothing, inPlaceOf: 'cat' };
      await check(running, memberPath, '/v1/workspaces/support/members/fay', { method: 'PUT', body: fay });
      await check(running, memberPath, '/v1/workspaces/support/members/ned', { method: 'PUT', body: byFay });
      await check(running, memberPath, '/v1/workspaces/support/members/ned', { method: 'PUT', body: nothing });
      await check(running, memberPath, '/v1/workspaces/support/members/ned', { method: 'PUT', body: handed });
      await check(running, memberPath, '/v1/workspaces/support/members/cat');
      await check(running, '/v1/workspaces/{workspace}/roles', '/v1/workspaces/support/roles');
      await check(running, '/v1/policy', '/v1/policy');
      await checkReleasedChanges(await databases.create(), check);
    } finally {
      await disposeDatabaseSidecars();
      await databases.dispose();
    }
  });

  it('describes the real answers to changes of the policy', async () => {
    await checkChanges(await runSidecar({ files: changedPolicy, isChanged: true }), check);
    await check(await runSidecar(), '/v1/changes', '/v1/changes');
  });

  it('describes the real answers to pages', async () => {
    await checkPages(check);
    await check(await runSidecar(), '/v1/session', '/v1/session', { headers: { 'X-Rolebook-Session': 'page' } });
  });

  it('describes the real answers of a sidecar that keeps back what changes too much', async () =>
    checkBudget(await runSidecar({ maxChanged: '1%' }), await runSidecar(), check));

  it('describes the real answers to a hook', async () => {
    const [template, body] = ['/v1/hooks/git', { ref: 'refs/heads/main' }];
    const gitHook = { ref: body.ref, readSecret: () => Promise.resolve('s3cret'), hear: () => undefined };
    const running = await runSidecar({ gitHook });
    const headers = { 'X-Gitlab-Token': 's3cret' };
    await check(running, template, template, { method: 'POST', body, headers });
    await check(running, template, template, { method: 'POST', body });
    await check(await runSidecar(), template, template, { method: 'POST', body, headers });
  });

  it('says which scope a token needs, and that a change needs one always', () => {
    const needs = Object.entries(openApiDocument.paths).flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, { security: object[] }>).map(
        ([method, { security }]) => [`${method} ${path}`, JSON.stringify(security)] as const,
      ),
    );
    // A page signs in and out by its session, which is no token.
    const isChange = /^(?:put|delete) (?!\/v1\/session)|(?:reload|accept)$|^post \/v1\/changes/;
    const changes = needs.filter(([name]) => isChange.test(name));
    assert.strictEqual(changes.length, 11);
    for (const [name, security] of changes) assert.strictEqual(security, '[{"adminBearer":["change"]}]', name);
    const others = needs.filter(([name]) => !isChange.test(name));
    for (const [name, security] of others) {
      assert.include(['[]', '[{},{"bearer":["decide"]}]', '[{},{"bearer":["read"]}]'], security, name);
    }
    const open = others.filter(([, security]) => security === '[]').map(([name]) => name);
    const session = ['get', 'post', 'put', 'delete'].map((method) => `${method} /v1/session`);
    assert.deepEqual(open, [
      ...session,
      ...['session/actors', 'sign-in', 'sign-in/callback'].map((path) => `get /v1/${path}`),
      'post /v1/hooks/git',
      'get /healthz',
      'get /readyz',
      'get /openapi.json',
    ]);
  });

  it('describes the real answers about a review, and about one that is broken or not there', () => checkReviews(check));

  it('describes an unforeseen failure, which shows an id that the log has and nothing else', async () => {
    const running = await runSidecar();
    Object.defineProperty(running.live, 'lastReload', { get: () => raise('a secret of ours') });
    const reply = await check(running, '/v1/policy', '/v1/policy');
    const { id } = reply.json as { id: string };
    assert.strictEqual(reply.status, 500);
    assert.notInclude(reply.text, 'secret');
    assert.include(running.logged.text, id);
    assert.include(running.logged.text, 'a secret of ours');
  });

  it('leaves out nothing that a sidecar can answer, but for what these tests do not cause', () => {
    // Answered on the bare socket, while stopping, with too much to do or to tell, or without a database or a repository
    // that answers, or one that refuses, or with one whose release is no good, or for a company that left its plan, or for a file that nobody writes so; other tests look at them.
    const socket = ['malformed-http', 'request-timeout', 'headers-too-large', 'stopping', 'not-found'];
    const tooMuch = ['overloaded', 'answer-too-large'];
    const late = [
      'changes-unavailable',
      'database-unavailable',
      'database-refused',
      'repository-refused',
      'repository-unavailable',
      'reload-unfinished',
      'revision-not-reached',
    ];
    const git = ['dirty', 'git-in-progress', 'no-branch', 'not-in-git', 'push-refused'];
    const published = ['not-publishable', 'mixed-change'];
    const elsewhere = [...socket, ...tooMuch, ...late, ...git, ...published, 'frozen-role', 'unusual-layout'];
    const missing = Object.keys(apiProblems).filter((code) => !seen.has(code) && !elsewhere.includes(code));
    assert.deepEqual(missing, []);
    for (const path of Object.keys(openApiDocument.paths)) {
      const isSeen = [200, 202, 303].some((status) => seen.has(`${path} ${status}`));
      assert.isTrue(isSeen, path);
    }
  });
});

function realPath(template: string): string {
  return template
    .replace('{workspace}', 'support')
    .replace('{organization}', 'acme')
    .replace('{group}', 'desk')
    .replace('{change}', 'c')
    .replace('{subject}', 'a')
    .replace('{role}', 'member')
    .replace('{permission}', 'message:send');
}

function firstOperation(template: string): Paths[string][string] {
  const [operation] = Object.values((openApiDocument.paths as Paths)[template] ?? {});
  return operation ?? { responses: {} };
}

function methodOf(path: string): string {
  return Object.keys((openApiDocument.paths as Paths)[path] ?? {})[0]?.toUpperCase() ?? 'GET';
}

function raise(message: string): never {
  throw new Error(message);
}
