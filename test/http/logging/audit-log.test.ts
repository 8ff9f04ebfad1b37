import { assert } from 'chai';
import { AuditLog, type AdminCall } from '../../../src/http/logging/audit-log.ts';
import { auditText, claimedActor } from '../../../src/http/logging/audit-text.ts';
import { type LogLevel, createLog } from '../../../src/http/logging/log.ts';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

type Line = Record<string, unknown>;

const deploy = 'token-of-the-deploy-job-here';
const shop = 'token-of-the-shop-to-decide';
const kim = '/v1/workspaces/support/members/kim';
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

/** Without what differs from run to run. */
function auditLines(stream: MemoryStream): Line[] {
  const lines = stream.lines.map((line) => JSON.parse(line) as Line).filter((line) => line['audit'] !== undefined);
  return lines.map(({ time, msg, ...line }) => {
    assert.isString(time);
    assert.isString(msg);
    return line;
  });
}

describe('the audit of admin calls', () => {
  let secrets: PolicyFolder;
  let databases: TestDatabases;
  let running: DatabaseSidecar;
  before(async function () {
    this.timeout(60_000);
    secrets = await createPolicyFolder({ tokens: `${shop} name=shop\n`, admins: `${deploy} name=deploy\n` });
    databases = (await testDatabases[0]?.open()) as TestDatabases;
  });
  beforeEach(async () => {
    const url = await databases.create();
    await publish(url, memberPolicyFiles());
    running = await runDatabaseSidecar(url, {
      tokenFile: `${secrets.root}/tokens`,
      adminTokenFile: `${secrets.root}/admins`,
    });
  });
  afterEach(disposeDatabaseSidecars);
  after(async () => {
    await disposeSidecars();
    await secrets.dispose();
    await databases.dispose();
  });

  const audit = (): Line[] => auditLines(running.logged);
  const route = '/v1/workspaces/:workspace/members/:subject';
  const change = { from: '127.0.0.1', method: 'PUT', route, workspace: 'support', subject: 'kim' };

  it('says who called from where, to do what, as whom, and what is live after it', async () => {
    const put = await running.put(kim, { roles: ['agent'], actor: 'mia' }, bearer(deploy));
    const { revision } = put.json as { revision: string };
    const removed = await running.remove(`${kim}?actor=mia&actorType=user&reason=left`, bearer(deploy));
    const after = (removed.json as { revision: string }).revision;
    await running.call('/v1/policy/reload', { method: 'POST', headers: bearer(deploy) });
    const done = { level: 30, audit: 'allowed', caller: 'deploy' };
    assert.deepEqual(audit(), [
      { ...done, ...change, actor: 'mia', status: 201, revision },
      { ...done, ...change, method: 'DELETE', actor: 'user:mia', status: 200, revision: after },
      { ...done, from: '127.0.0.1', method: 'POST', route: '/v1/policy/reload', status: 200, revision: after },
    ]);
    assert.match(revision, /\.2-[0-9a-f]{8}$/);
    assert.notInclude(running.logged.text, deploy);
  });

  it('says why a call was refused, whoever refuses it: the door, the request, the policy', async () => {
    const { revision } = (await running.call('/v1/policy', { headers: bearer(shop) })).json as { revision: string };
    const said = async (call: Promise<unknown>): Promise<Line> => {
      await call;
      return audit().at(-1) ?? {};
    };
    const good = { roles: ['agent'], actor: 'mia' };
    const refused = { level: 40, audit: 'refused', ...change, revision };
    const known = { ...refused, caller: 'deploy' };
    assert.deepEqual(await said(running.put(kim, good)), { ...refused, status: 401, code: 'unauthenticated' });
    const wrong = bearer('nobody-has-this-token');
    assert.deepEqual(await said(running.remove(`${kim}?actor=mia`, wrong)), {
      ...refused,
      method: 'DELETE',
      actor: 'mia',
      status: 401,
      code: 'unauthenticated',
    });
    assert.deepEqual(await said(running.put(kim, good, bearer(shop))), {
      ...refused,
      caller: 'shop',
      status: 403,
      code: 'forbidden',
    });
    for (const [body, actor, status, code] of [
      ['{"actor": "mia"', undefined, 400, 'malformed-json'],
      ['{"actor": "mia", "roles": []}', 'mia', 400, 'invalid-request'],
      [{ ...good, actor: 'hal' }, 'hal', 403, 'actor-not-allowed'],
      [{ ...good, actor: { type: 'service', id: 'bot' } }, 'service:bot', 403, 'actor-not-allowed'],
      [{ ...good, actor: ['mia'] }, '["mia"]', 400, 'invalid-request'],
      [{ ...good, roles: ['boss'] }, 'mia', 422, 'unknown-role'],
    ] as const) {
      const line = await said(running.call(kim, { method: 'PUT', body, headers: bearer(deploy) }));
      const acting = actor === undefined ? {} : { actor };
      assert.deepEqual(line, { ...known, ...acting, status, code }, code);
    }
    const large = Buffer.alloc(100_000, ' ');
    const told = await said(running.call(kim, { method: 'PUT', body: large, headers: bearer(deploy) }));
    assert.deepEqual(told, { ...known, status: 413, code: 'body-too-large' });
    assert.strictEqual(audit().length, 10);
  });

  it('is also of a call that a page in a browser sent, by another name or across sites', async () => {
    const open = await runSidecar({ adminTokens: 'none' });
    for (const headers of [{ Host: 'evil.example' }, { Origin: 'https://evil.example' }, { Host: 'a/b' }]) {
      await open.call('/v1/policy/reload', { method: 'POST', headers });
    }
    const codes = auditLines(open.logged).map(({ code, from }) => [code, from]);
    const from = '127.0.0.1';
    assert.deepEqual(codes, [
      ['misdirected-request', from],
      ['forbidden', from],
      ['malformed-http', from],
    ]);
  });

  it('is not of calls that change nothing, nor of those that no endpoint takes', async () => {
    const body = { subject: 'mia', workspace: 'support', permission: 'ticket:close' };
    await running.call('/v1/enforce', { method: 'POST', body, headers: bearer(shop) });
    await running.call('/v1/enforce', { method: 'POST', body });
    await running.call(kim, { headers: bearer(shop) });
    await running.call('/v1/policy/reload', { headers: bearer(shop) });
    await running.call('/v1/nothing', { method: 'POST', headers: bearer(deploy) });
    assert.deepEqual(audit(), []);
  });

  it('tells of a caller by the socket, and never by what a header says', async () => {
    const forged = {
      'X-Forwarded-For': '203.0.113.9',
      Forwarded: 'for=203.0.113.9',
      'X-Real-IP': '203.0.113.9',
      'X-Rolebook-Actor': 'olu',
    };
    await running.put(kim, { roles: ['agent'], actor: 'mia' }, { ...forged, ...bearer(deploy) });
    assert.include(audit()[0] as object, { from: '127.0.0.1', actor: 'mia' });
    assert.notInclude(running.logged.text, '203.0.113.9');
    const unix = await runSidecar({ listenText: `unix:${secrets.root}/r.sock` });
    await unix.call('/v1/policy/reload', { method: 'POST' });
    assert.include(auditLines(unix.logged)[0] as object, {
      from: 'unix',
      caller: 'admin-token-file:1',
      audit: 'allowed',
    });
  });

  it('has one line a call, whatever was sent in the path', async () => {
    const odd = ['a%0Ab', 'a%1b%5b2Jb', 'a%E2%80%AEb', '%22%7D', 'x'.repeat(5000), '%F0%9F%98%80'];
    for (const id of odd) {
      await running.put(`/v1/workspaces/support/members/${id}`, { roles: ['agent'], actor: `a${id}` }, bearer(deploy));
    }
    const lines = audit();
    assert.strictEqual(lines.length, odd.length);
    assert.strictEqual(lines[0]?.['subject'], 'a\\u{a}b');
    assert.strictEqual(lines[2]?.['subject'], 'a\\u{202e}b');
    assert.strictEqual(String(lines[4]?.['subject']), `${'x'.repeat(256)}…`);
    assert.strictEqual(String(lines[4]?.['actor']).length, 257);
    for (const line of running.logged.lines) assert.isBelow(line.length, 2000);
  });
});

describe('an audit log', () => {
  const open = (level: LogLevel): { stream: MemoryStream; audit: AuditLog } => {
    const stream = new MemoryStream();
    return { stream, audit: new AuditLog(createLog({ level, stream, format: 'json' })) };
  };
  const stranger: AdminCall = {
    caller: undefined,
    from: '127.0.0.1',
    method: 'PUT',
    route: '/v1/policy/reload',
    object: {},
    actor: undefined,
    status: 401,
    code: 'unauthenticated',
    revision: undefined,
  };

  it('speaks at every level of the log', () => {
    for (const level of ['debug', 'info', 'warn', 'error', 'silent'] as const) {
      const { stream, audit } = open(level);
      audit.record({ ...stranger, caller: 'deploy', status: 200, code: undefined });
      audit.record({ ...stranger, caller: 'deploy' });
      assert.deepEqual(
        auditLines(stream).map((line) => line['audit']),
        ['allowed', 'refused'],
      );
      audit.flush();
    }
  });

  it('is not flooded by calls of nobody known, says how many it left out, and still tells of everybody else', () => {
    const { stream, audit } = open('error');
    for (let call = 0; call < 10_000; call += 1) audit.record(stranger);
    for (let call = 0; call < 20; call += 1) audit.record({ ...stranger, caller: 'deploy' });
    assert.strictEqual(auditLines(stream).filter((line) => line['caller'] === undefined).length, 10);
    assert.strictEqual(auditLines(stream).filter((line) => line['caller'] === 'deploy').length, 20);
    audit.flush();
    assert.deepEqual(auditLines(stream).at(-1), { level: 40, audit: 'refused', leftOut: 9990 });
    audit.record(stranger);
    assert.strictEqual(auditLines(stream).length, 32);
    audit.flush();
    assert.strictEqual(auditLines(stream).length, 32);
  });

  it('tells what it left out by itself, when the flood is over', async () => {
    const { stream, audit } = open('silent');
    for (let call = 0; call < 12; call += 1) audit.record(stranger);
    const endMs = performance.now() + 15_000;
    while (!stream.text.includes('leftOut') && performance.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.include(auditLines(stream).at(-1) as object, { leftOut: 2 });
  });
});

describe('text of a caller in an audit line', () => {
  it('is as it was where one can see what it is, and escaped where one cannot', () => {
    for (const text of ['ana@acme.example', 'service:billing export', 'Zoë', '李雷', 'a"b\\c', '{}']) {
      assert.strictEqual(auditText(text), text);
    }
    assert.strictEqual(auditText('a\nb\u001b[2J'), 'a\\u{a}b\\u{1b}[2J');
    assert.strictEqual(
      auditText('a\u202eb\u200bc\u2028d\u00a0e\ufeff'),
      'a\\u{202e}b\\u{200b}c\\u{2028}d\\u{a0}e\\u{feff}',
    );
    assert.strictEqual(auditText('😀'), '\\u{1f600}');
    assert.strictEqual(auditText('\ud800x'), '\ufffdx');
  });

  it('names the actor of the body, or else of the query, as it was said', () => {
    const of = (url: string, body = ''): string | undefined => claimedActor(url, Buffer.from(body));
    assert.strictEqual(of('/x', '{"actor":"ana"}'), 'ana');
    assert.strictEqual(of('/x?actor=bo', '{"actor":"ana"}'), 'ana');
    assert.strictEqual(of('/x?actor=bo%40acme.example'), 'bo@acme.example');
    assert.strictEqual(of('/x?actor=bo&actorType=service'), 'service:bo');
    assert.strictEqual(of('/x?actorType=service'), undefined);
    for (const body of ['', '{', '[]', 'null', '"ana"', '{"actors":"ana"}', '['.repeat(60_000)]) {
      assert.strictEqual(of('/x', body), undefined, body.slice(0, 10));
    }
    assert.strictEqual(of('/x', '{"actor":null}'), 'null');
    assert.match(String(of('/x', `{"actor":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)), /^\[{256}…$|^undefined$/);
  });
});
