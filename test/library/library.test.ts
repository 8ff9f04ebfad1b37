import { join } from 'node:path';
import { assert } from 'chai';
import {
  followPolicy,
  loadPolicy,
  type PolicyEngine,
  RolebookError,
  UnusablePolicy,
} from '../../src/library/library.ts';
import { createGitPolicy } from '../support/git-policy.ts';
import { createPolicyFolder, type PolicyFolder, smallPolicy } from '../support/policy-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const question = { subject: 'ana@acme.example', workspace: 'support', permission: 'conversation:assign' };

async function failureOf(work: Promise<unknown>): Promise<RolebookError> {
  const error: unknown = await work.then(
    () => assert.fail('it worked'),
    (cause: unknown) => cause,
  );
  assert.instanceOf(error, RolebookError);
  return error;
}

describe('a policy in the application', () => {
  let folder: PolicyFolder;
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(() => folder.dispose());
  const engines: PolicyEngine[] = [];
  const keep = (engine: PolicyEngine): PolicyEngine => (engines.push(engine), engine);
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
  });

  describe('loaded', () => {
    it('decides, says why, and lists what a user interface shows', async () => {
      const engine = keep(await loadPolicy(folder.root));
      assert.isTrue(engine.decide(question));
      assert.isFalse(engine.decide({ ...question, subject: 'bo@acme.example' }));
      assert.isFalse(engine.decide({ ...question, subject: { type: 'robot', id: 'ana@acme.example' } }));
      const { decision, reason, revision } = engine.explain(question);
      assert.deepInclude({ decision, role: reason.role, file: reason.file }, { decision: true, role: 'team-lead' });
      assert.strictEqual(reason.file, 'policies/support.yaml');
      assert.strictEqual(revision, engine.revision);
      assert.match(engine.revision, /^[0-9a-f]{12}$/);
      const { roles, permissions } = engine.permissions('bo@acme.example', 'support');
      assert.deepEqual(roles, [{ role: 'trainee', title: 'Trainee' }]);
      const message = permissions.find(({ permission }) => permission === 'message:send');
      assert.deepEqual(message?.scopes, { personal: true, shared: false });
    });

    it('answers about a company itself, and finds scopes from what is asked about', async () => {
      const engine = keep(await loadPolicy(folder.root));
      const own = { ...question, subject: 'bo@acme.example', permission: 'message:send' };
      assert.isTrue(engine.decide({ ...own, resource: { owner: 'bo@acme.example' } }));
      assert.isFalse(engine.decide({ ...own, resource: { owner: 'ana@acme.example' } }));
      assert.strictEqual(engine.explain(own).reason.code, 'missing-attribute');
      const { roles } = engine.permissions('olu@acme.example', { organization: 'acme' });
      assert.deepEqual(roles, [{ role: 'company-admin', title: 'Company admin' }]);
    });

    it('decides at the time that a test sets, forward and back', async () => {
      await folder.write(
        'policies/sales.yaml',
        'workspace: sales\nmembers: { bo: [{ role: member, from: 2026-01-01, until: 2026-12-31 }] }\n',
      );
      let now = Date.parse('2026-06-01T00:00:00Z');
      const engine = keep(await loadPolicy(folder.root, { now: () => now }));
      const asked = { subject: 'bo', workspace: 'sales', permission: 'comment:send' };
      assert.isTrue(engine.decide(asked));
      now = Date.parse('2027-01-01T00:00:00Z');
      assert.strictEqual(engine.explain(asked).reason.code, 'grant-expired');
      now = Date.parse('2025-01-01T00:00:00Z');
      assert.strictEqual(engine.explain(asked).reason.code, 'grant-not-started');
      now = Date.parse('2026-12-31T23:59:59Z');
      assert.isTrue(engine.decide(asked));
      now = NaN;
      assert.throws(() => engine.decide(asked), RolebookError, '`now` gives milliseconds since 1970');
    });

    it('stays as it was loaded', async () => {
      const engine = keep(await loadPolicy(folder.root));
      await folder.remove('policies/support.yaml');
      assert.isTrue(engine.decide(question));
    });

    it('says what there is no permission list of', async () => {
      const engine = keep(await loadPolicy(folder.root));
      const asks: readonly (readonly [() => unknown, RegExp])[] = [
        [() => engine.permissions('', 'support'), /a `subject` that is empty/],
        [() => engine.permissions({ type: 'robot', id: 'a' }, 'support'), /a type that the policy does not have/],
        [() => engine.permissions('ana', 'nowhere'), /^the policy has no workspace `nowhere`$/],
        [() => engine.permissions('ana', ''), /an empty `workspace`/],
        [() => engine.permissions('ana', undefined as never), /has no `organization`/],
        [() => engine.permissions('ana', { organization: 'nobody' }), /^the policy has no organization `nobody`$/],
      ];
      for (const [ask, message] of asks) assert.throws(ask, RolebookError, message);
    });

    it('says what keeps it from being loaded', async () => {
      assert.strictEqual((await failureOf(loadPolicy(join(folder.root, 'nowhere')))).code, 'configuration');
      const bad: readonly (readonly [Parameters<typeof loadPolicy>, RegExp])[] = [
        [[''], /`loadPolicy` takes where the policy is/],
        [[undefined as never], /`loadPolicy` takes where the policy is/],
        [[folder.root, { now: 1 as never }], /the option `now` is a function/],
        [[folder.root, { at: Date.now } as never], /there is no option `at`/],
        [[{ database: 'sqlite:a.db' } as never], /`loadPolicy` takes a folder/],
      ];
      for (const [args, message] of bad) {
        const { code, message: said } = await failureOf(loadPolicy(...args));
        assert.strictEqual(code, 'usage');
        assert.match(said, message);
      }
      await folder.write(
        'policies/support.yaml',
        'workspace: support\nroles: { a: { extends: nobody } }\nmembers: 7\n',
      );
      const error = await failureOf(loadPolicy(folder.root));
      assert.instanceOf(error, UnusablePolicy);
      assert.match(
        error.message,
        /^the policy has problems: policies\/support.yaml:\d+:\d+: .* \[[a-z-]+\](, and 1 more)?$/,
      );
      assert.isNotEmpty(error.problems);
    });
  });

  describe('followed', () => {
    it('follows its files, and keeps what was good last while they are not', async () => {
      const reloads: string[] = [];
      const onReload: Parameters<typeof followPolicy>[1] = {
        onReload: ({ outcome }) => reloads.push(outcome),
      };
      const engine = keep(await followPolicy({ folder: folder.root, pollMs: 1000 }, onReload));
      const before = engine.revision;
      const text = smallPolicy()['policies/support.yaml'] ?? '';
      await folder.write(
        'policies/support.yaml',
        text.replace('ana@acme.example: team-lead', 'ana@acme.example: trainee'),
      );
      await waitFor('another policy', () => !engine.decide(question));
      const after = engine.revision;
      assert.notStrictEqual(after, before);
      await folder.write('policies/support.yaml', text.replace('extends: member', 'extends: nobody'));
      await waitFor('a policy that is no good', () => engine.isStale);
      assert.strictEqual(engine.revision, after);
      assert.isFalse(engine.decide(question));
      assert.deepEqual(reloads, ['loaded', 'failed']);
      await folder.write('policies/support.yaml', text);
      const { outcome, revision } = await engine.reload();
      assert.include(['loaded', 'unchanged'], outcome);
      assert.strictEqual(revision, before);
      assert.isTrue(engine.decide(question));
    });

    it('follows a branch of a repository, and starts without the server from its clone', async () => {
      const repository = await createGitPolicy();
      const cache = await createPolicyFolder({});
      try {
        repository.commit();
        const source = { git: `file://${repository.root}`, cache: cache.root, pollMs: 50 };
        const first = await followPolicy(source);
        const asked = { ...question, permission: 'analytics:view' };
        assert.isFalse(first.decide(asked));
        await repository.write(
          'policies/support.yaml',
          (smallPolicy()['policies/support.yaml'] ?? '').replace('"tag:*"', '"tag:*", analytics:view'),
        );
        repository.commit();
        await waitFor('the commit', () => first.decide(asked));
        const refused = await failureOf(followPolicy(source));
        assert.match(refused.message, /in use by process/);
        await first.close();
        await repository.remove('.git');
        const second = keep(await followPolicy(source));
        assert.isTrue(second.decide(asked));
        assert.isTrue(second.isStale);
      } finally {
        await Promise.all([repository.dispose(), cache.dispose()]);
      }
    });

    it('rejects where there is nothing to decide by, and leaves nothing open', async () => {
      const missing = join(folder.root, 'nowhere');
      const bad: readonly (readonly [unknown, RolebookError['code'], RegExp])[] = [
        [missing, 'configuration', /does not exist/],
        [{ git: `file://${missing}`, cache: join(folder.root, 'cache') }, 'configuration', /./],
        [{ database: `sqlite:${missing}.db` }, 'configuration', /is not there/],
        [{ database: 'mysql://user:s3cret@host/roles' }, 'usage', /^`database` is not a database URL$/],
        [{ git: 'https://user:s3cret@host/roles', cache: 'c' }, 'usage', /^the address of `git` has credentials/],
        [{ git: 'https://host/roles' }, 'usage', /needs a folder for its clone/],
        [{ git: 'https://host/roles', cache: 'c', sshKey: 'k' }, 'usage', /are for SSH/],
        [{ git: 'git@host:roles', cache: 'c', tokenFile: 'k' }, 'usage', /`tokenFile` is for/],
        [{ git: 'https://host/roles', cache: 'c', ref: '--all' }, 'usage', /`ref` takes the name of a branch/],
        [{ folder: folder.root, database: 'sqlite:a.db' }, 'usage', /names two: `folder` and `database`/],
        [{ folder: folder.root, ref: 'main' }, 'usage', /a source with `folder` has no `ref`/],
        [{ folder: 7 }, 'usage', /`folder` of a source is a text/],
        [{ folder: folder.root, pollMs: 0 }, 'usage', /`pollMs` is a number of milliseconds/],
        [{}, 'usage', /names no source/],
        [[folder.root], 'usage', /`followPolicy` takes where the policy is/],
        [null, 'usage', /`followPolicy` takes where the policy is/],
      ];
      for (const [source, code, message] of bad) {
        const error = await failureOf(followPolicy(source as string));
        assert.strictEqual(error.code, code, error.message);
        assert.match(error.message, message);
        assert.notInclude(`${error.message} ${error.help ?? ''}`, 's3cret');
      }
      // A clone that could not be opened is not held: the next one may have it.
      const cache = join(folder.root, 'cache');
      const again = await failureOf(followPolicy({ git: `file://${missing}`, cache }));
      assert.notMatch(again.message, /in use/);
    });

    it('decides nothing once it is closed', async () => {
      const engine = await followPolicy(folder.root);
      await engine.close();
      await engine.close();
      assert.throws(() => engine.decide(question), RolebookError, 'the engine is closed');
      assert.throws(() => engine.explain(question), RolebookError, 'the engine is closed');
      assert.throws(() => engine.permissions('ana', 'support'), RolebookError, 'the engine is closed');
    });
  });
});
