import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import { disposeDatabaseSidecars, publish, runDatabaseSidecar } from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { type RunningSidecar, disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const allowed = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };

interface Page {
  readonly next?: string;
  readonly revision: string;
  readonly roles: readonly { readonly role: string }[];
  readonly permissions: readonly { readonly permission: string; readonly decision: boolean }[];
}

/** Two thousand permissions, and a workspace where each of two hundred roles grants them all. */
function largePolicy(): Record<string, string> {
  const permissions = Array.from({ length: 2000 }, (_, index) => `    thing-${index}.part:read-and-write-${index}: T`);
  const roles = Array.from({ length: 200 }, (_, index) => `  role-${index}: { title: Role, grants: ["*"] }`);
  return {
    'roles.yaml': `permissions:\n  Things:\n${permissions.join('\n')}\nroles: { reader: { title: Reader, grants: ["thing-0.part:*"] } }\n`,
    'policies/large.yaml': `workspace: large\ntitle: Large\nroles:\n${roles.join('\n')}\nmembers: { ana@acme.example: reader }\n`,
  };
}

const misspelt = (index: number): object => ({
  subject: 'ana@acme.example',
  workspace: 'large',
  permission: `thing-${index}.part:reed-and-wrote-${index}`,
});

describe('a long answer', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar({ files: largePolicy() })));
  after(disposeSidecars);

  const batch = (requests: readonly object[], query = '?explain'): Promise<{ status: number; json: unknown }> =>
    running.call(`/v1/enforce/batch${query}`, { method: 'POST', body: { requests } });
  const isAnswered = async (): Promise<boolean> => {
    const question = { subject: 'ana@acme.example', workspace: 'large', permission: 'thing-0.part:read-and-write-0' };
    return ((await running.enforce(question)).json as { decision: boolean }).decision;
  };

  it('lets others be answered while it is under way', async () => {
    const way = { isOver: false };
    const long = batch(Array.from({ length: 1000 }, (_, index) => misspelt(index))).finally(() => (way.isOver = true));
    let answered = 0;
    while (!way.isOver) {
      assert.strictEqual(await isAnswered(), true);
      answered += 1;
    }
    assert.isAtLeast(answered, 3);
    const { decisions } = (await long).json as { decisions: { reason: { didYouMean?: string } }[] };
    assert.lengthOf(decisions, 1000);
    assert.strictEqual(decisions[7]?.reason.didYouMean, 'thing-7.part:read-and-write-7');
  });

  it('of thousand roles a question names twenty of them, and is not larger than is stated', async () => {
    const requests = Array.from({ length: 1000 }, (_, index) => ({
      ...allowed,
      workspace: 'large',
      permission: `thing-${1 + index}.part:read-and-write-${1 + index}`,
    }));
    const reply = await running.call('/v1/enforce/batch?explain', { method: 'POST', body: { requests } });
    assert.strictEqual(reply.status, 200);
    assert.isBelow(reply.text.length, limits.answerBytes / 8);
    const { decisions } = reply.json as { decisions: { reason: object }[] };
    assert.strictEqual(
      decisions.every(({ reason }) => 'rolesThatAllowCount' in reason),
      true,
    );
  });

  it('of many at once is one slice a turn, and all get theirs or are told to try again', async () => {
    const all = Array.from({ length: 12 }, (_, seed) =>
      batch(Array.from({ length: 100 }, (__, index) => misspelt(2000 + seed * 100 + index))),
    );
    let answered = 0;
    for (; answered < 5; answered += 1) assert.strictEqual(await isAnswered(), true);
    for (const reply of await Promise.all(all)) {
      if (reply.status !== 200) expectProblem(reply as never, 503, 'overloaded');
      else assert.lengthOf((reply.json as { decisions: unknown[] }).decisions, 100);
    }
  });

  it('of one bad request among a thousand is refused whole, and points at it', async () => {
    const requests = Array.from({ length: 1000 }, (_, index) =>
      index === 999 ? { ...misspelt(1), scope: 1 } : misspelt(index),
    );
    const problem = expectProblem((await batch(requests)) as never, 400, 'invalid-request');
    assert.strictEqual(problem['pointer'], '/requests/999/scope');
  });

  it('that would be too large is a problem, found before all of it is made', async () => {
    const folder = Array.from({ length: 14 }, (_, index) => `${index}-`.padEnd(240, 'x')).join('/');
    const deep = await runSidecar({
      files: {
        ...smallPolicy(),
        [`policies/${folder}/far.yaml`]:
          'workspace: far\ntitle: Far\nroles: { one: { title: One, grants: [tag:create] } }\nmembers: { ana@acme.example: one }\n',
      },
    });
    const ask = (count: number): Promise<{ status: number }> => {
      const requests = Array.from({ length: count }, () => ({ ...allowed, workspace: 'far' }));
      return deep.call('/v1/enforce/batch?explain', { method: 'POST', body: { requests } });
    };
    expectProblem((await ask(1300)) as never, 400, 'invalid-request');
    const large = await ask(1000);
    if (large.status !== 200) expectProblem(large as never, 422, 'answer-too-large');
    assert.strictEqual((await ask(100)).status, 200);
  });
});

describe('a listing', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar({ files: largePolicy() })));
  after(disposeSidecars);

  const pages = async (path: string): Promise<Page[]> => {
    const found: Page[] = [];
    for (let next: string | undefined = ''; next !== undefined && found.length < 300;) {
      const reply = await running.call(
        next === '' ? path : `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(next)}`,
      );
      assert.strictEqual(reply.status, 200, reply.text.slice(0, 300));
      assert.isBelow(reply.text.length, limits.pageBytes + 1000);
      found.push(reply.json as Page);
      next = (reply.json as Page).next;
    }
    return found;
  };
  const permissionsPath = '/v1/workspaces/large/members/ana%40acme.example/permissions';
  const rolesPath = '/v1/workspaces/large/roles';

  it('of permissions has a page of a thousand, or of as many as are asked for', async () => {
    const whole = await pages(permissionsPath);
    assert.deepEqual(
      whole.map(({ permissions }) => permissions.length),
      [1000, 1000],
    );
    const listed = whole.flatMap(({ permissions }) => permissions);
    assert.strictEqual(new Set(listed.map(({ permission }) => permission)).size, 2000);
    assert.deepEqual(
      listed.filter(({ decision }) => decision).map(({ permission }) => permission),
      ['thing-0.part:read-and-write-0'],
    );
    const few = await pages(`${permissionsPath}?limit=900`);
    assert.deepEqual(
      few.flatMap(({ permissions }) => permissions),
      listed,
    );
    assert.deepEqual(
      few.map(({ permissions }) => permissions.length),
      [900, 900, 200],
    );
    assert.notProperty(few[2], 'next');
  });

  it('of roles ends a page where it gets long, and goes on in the next', async () => {
    const found = await pages(rolesPath);
    assert.isAbove(found.length, 5);
    const names = found.flatMap(({ roles }) => roles.map(({ role }) => role));
    assert.deepEqual(names, ['reader', ...Array.from({ length: 200 }, (_, index) => `role-${index}`)]);
    assert.deepEqual(
      (await pages(`${rolesPath}?limit=1`)).map(({ roles }) => roles.length),
      names.map(() => 1),
    );
  });

  it('takes no other limit, and nothing as the page before that is none', async () => {
    for (const path of [rolesPath, permissionsPath]) {
      for (const query of [
        'limit=0',
        'limit=-1',
        'limit=1001',
        'limit=x',
        'limit=',
        'limit=1e2',
        'after=nothing',
        'after=',
      ]) {
        expectProblem(await running.call(`${path}?${query}`), 400, 'invalid-request');
      }
      for (const query of ['limit=1&limit=2', 'page=1', 'offset=0']) {
        expectProblem(await running.call(`${path}?${query}`), 400, 'unknown-parameter');
      }
    }
  });
});

describe('a long answer of a sidecar of a database', () => {
  let databases: TestDatabases;
  before(async () => (databases = (await testDatabases[0]?.open()) as TestDatabases));
  after(async () => {
    await disposeDatabaseSidecars();
    await databases.dispose();
  });

  it('is of one revision, although memberships change while it is written', async () => {
    const url = await databases.create();
    await publish(url, memberPolicyFiles());
    const running = await runDatabaseSidecar(url);
    const path = '/v1/workspaces/support/members/kim';
    const filler = { a: 'x'.repeat(880) };
    const requests = Array.from({ length: 1000 }, () => ({
      subject: 'kim',
      workspace: 'support',
      permission: 'ticket:close',
      context: filler,
    }));
    const revisions = new Map<string, string>();
    let isOver = false;
    const change = async (): Promise<void> => {
      for (let round = 0; !isOver; round += 1) {
        const reply =
          round % 2 === 0
            ? await running.put(path, { roles: ['agent'], actor: 'mia' })
            : await running.remove(`${path}?actor=mia`);
        assert.isAtLeast(reply.status, 200, reply.text);
        assert.isAtMost(reply.status, 201, reply.text);
        revisions.set((reply.json as { revision: string }).revision, round % 2 === 0 ? 'true' : 'false');
      }
    };
    const changing = change();
    for (let round = 0; round < 15; round += 1) {
      const batches = await Promise.all(
        Array.from({ length: 4 }, (_, index) =>
          running.call(`/v1/enforce/batch${index % 2 === 0 ? '?explain' : ''}`, { method: 'POST', body: { requests } }),
        ),
      );
      for (const { json, status } of batches) {
        assert.strictEqual(status, 200);
        const { decisions, revision } = json as { decisions: { decision: boolean }[]; revision: string };
        const found = new Set(decisions.map(({ decision }) => String(decision)));
        assert.strictEqual(found.size, 1);
        const expected = revisions.get(revision);
        if (expected !== undefined) assert.include(found, expected, revision);
      }
    }
    isOver = true;
    await changing;
  }).timeout(90_000);
});
