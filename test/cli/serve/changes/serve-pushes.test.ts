import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { expectProblem } from '../../../support/problem-reply.ts';
import { PushedPolicy, supportFile } from '../../../support/pushed-policy.ts';
import { send, type Reply } from '../../../support/running-sidecar.ts';
import { Serving } from '../../../support/serving.ts';
import { KeptConnections } from '../kept-connections.ts';

describe('rolebook serve --git --changes', function () {
  this.timeout(120_000);
  let policy: PushedPolicy;
  let serving: Serving;
  let kept: KeptConnections | undefined;
  beforeEach(async () => (policy = await PushedPolicy.create()));
  afterEach(async () => {
    kept?.close();
    serving.kill();
    await policy.dispose();
  });

  const begin = (modes: string, ...more: string[]): Serving => {
    const from = ['--git', policy.server.url, '--cache', join(policy.cache, 'cache'), '--poll', '60m'];
    const flags = ['--listen', '127.0.0.1:0', '--admin-token-file', 'admin-tokens', '--create', '--changes', modes];
    return (serving = new Serving([...from, ...flags, ...more], policy.cache));
  };
  const start = async (modes: string, ...more: string[]): Promise<void> => {
    begin(modes, ...more);
    await serving.untilOutput('answers on');
    await serving.untilOutput('revision');
  };
  const post = async (edits: readonly object[], more: object = {}, headers: object = {}, path = ''): Promise<Reply> => {
    const token = readFileSync(join(policy.cache, 'admin-tokens'), 'utf8').trim();
    const body = { actor: 'ana@acme.example', edits, ...more };
    const call = { method: 'POST', headers: { Authorization: `Bearer ${token}`, ...headers }, body };
    return send(serving.address, `/v1/changes${path}`, call);
  };
  const set = (subject: string, role: string): object => ({
    edit: 'member.set',
    workspace: 'support',
    subject,
    roles: [role],
  });
  const edits = { subject: 'cy', workspace: 'support', permission: 'doc:edit' };

  it('makes roles commits and members rows beside a database, live in all workers, and lists both', async () => {
    const database = ['--database', `sqlite:${join(policy.cache, 'rows.db')}`];
    await start('commit', '--workers', '2', ...database);
    kept = new KeptConnections(serving.address, 4);
    const invited = (await post([set('nina', 'writer')])).json as { revision: string; written: object };
    assert.deepEqual(invited.written, { members: 1 });
    const allow = { edit: 'role.change', workspace: 'support', role: 'writer', allow: ['people:manage'] };
    const mixed = expectProblem(await post([allow, set('lou', 'writer')]), 422, 'mixed-change');
    assert.deepInclude(mixed, { pointer: '/edits/1' });
    const made = (await post([allow])).json as { revision: string; written: { commit: string } };
    assert.equal(made.written.commit, policy.git('rev-parse', 'main'), JSON.stringify(made));
    const asked = { subject: 'nina', workspace: 'support', permission: 'people:manage', minRevision: made.revision };
    for (const answer of await kept.call('/v1/enforce', asked))
      assert.deepEqual(answer.json, { decision: true, revision: made.revision });
    const listed = (await send(serving.address, '/v1/changes', {})).json as { changes: { written: object }[] };
    assert.deepEqual(
      listed.changes.slice(0, 2).map(({ written }) => written),
      [made.written, invited.written],
    );
  });

  it('has a change live in all workers before it is answered, with a token of the server, and proposes where it is asked to', async () => {
    const token = join(policy.cache, 'token');
    writeFileSync(token, 's3cret-token\n');
    policy.server.token = 's3cret-token';
    await start('commit,propose', '--workers', '2', '--git-token-file', token);
    kept = new KeptConnections(serving.address, 6);
    for (const role of ['writer', 'member', 'writer']) {
      const reply = await post([set('cy', role)]);
      assert.equal(reply.status, 200, reply.text);
      const { revision, written } = reply.json as { revision: string; written: { commit: string } };
      assert.equal(written.commit, policy.git('rev-parse', 'main'));
      const minRevision = `${revision}@${written.commit.slice(0, 12)}`;
      for (const answer of await kept.call('/v1/enforce', { ...edits, minRevision }))
        assert.deepEqual(answer.json, { decision: role === 'writer', revision });
    }
    const proposed = await post([set('bo', 'admin')], { write: 'propose' });
    assert.equal(proposed.status, 202, proposed.text);
    const { change, written } = proposed.json as { change: string; written: { branch: string } };
    assert.match(written.branch, /^rolebook\/support\/member-set-bo-[0-9a-f]{8}$/);
    assert.match(change, /^[0-9a-f]{16}$/);
    assert.notProperty(proposed.json, 'revision');
    for (const write of ['files', 'database']) {
      const problem = expectProblem(await post([set('bo', 'admin')], { write }), 400, 'invalid-request');
      assert.deepInclude(problem, { pointer: '/write' });
    }
    const listed = await send(serving.address, '/v1/changes', {});
    assert.lengthOf((listed.json as { changes: object[] }).changes, 4);
    const metrics = await send(serving.address, '/metrics', {});
    assert.match(metrics.text, /rolebook_changes_total\{outcome="proposed",code=""[^}]*\} 1/);
    assert.match(metrics.text, /rolebook_changes_total\{outcome="made",code=""[^}]*\} 3/);
    assert.notInclude(serving.stdout + serving.stderr + metrics.text, 's3cret');
    assert.include(serving.stderr, '"msg":"a change was proposed"');
  });

  it('makes no second commit, whenever it is killed between judging and the answer', async () => {
    let count = 0;
    // Before the server has it, after it has and nobody was told, and when everybody was but whoever asked.
    for (const when of ['came', 'taken', 'answered'] as const) {
      await start('commit');
      const role = count % 2 === 0 ? 'writer' : 'reader';
      const headers = { 'Idempotency-Key': `once-${when}` };
      policy.server.onPush = (step): 'cut' | undefined => {
        if (step !== when) return undefined;
        serving.kill();
        return when === 'came' ? 'cut' : undefined;
      };
      const asked = post([set('cy', role)], {}, headers);
      if (when === 'answered') await asked;
      else await asked.then((reply) => assert.fail(reply.text)).catch(() => undefined);
      serving.kill();
      await serving.untilExit();
      policy.server.onPush = () => undefined;
      await start('commit');
      const again = await post([set('cy', role)], {}, headers);
      assert.equal(again.status, 200, `${when}: ${again.text}`);
      count += 1;
      assert.lengthOf(policy.log(), count + 1, when);
      const { written } = again.json as { written: { commit: string } };
      assert.equal(written.commit, policy.git('rev-parse', 'main'));
      serving.kill();
      await serving.untilExit();
    }
    assert.equal(policy.git('fsck', '--strict'), '');
  });

  it('answers decisions and refuses changes while the server is away, and says what to do', async () => {
    await start('propose,commit');
    policy.server.mood = 'failing';
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const problem = expectProblem(await post([set('cy', 'writer')]), 503, 'changes-unavailable');
    assert.include(problem['detail'], 'cannot be fetched');
    const decision = await send(serving.address, '/v1/enforce', { method: 'POST', body: edits });
    assert.deepInclude(decision.json, { decision: false });
    policy.server.mood = 'well';
    const proposed = await post([set('cy', 'writer')]);
    assert.equal(proposed.status, 202, proposed.text);
    policy.hook('pre-receive', 'echo "Frozen until Monday." >&2; exit 1');
    const refused = expectProblem(await post([set('cy', 'writer')], { write: 'commit' }), 409, 'push-refused');
    assert.include(refused['detail'], 'Frozen until Monday.');
    assert.include(refused['patch'], 'cy: writer');
    const alone = {
      edit: 'test.expect',
      file: 'policies/support.test.yaml',
      test: 'x',
      permission: 'doc:edit',
      expect: 'can',
    };
    expectProblem(await post([alone]), 400, 'invalid-request');
    expectProblem(await post([set('cy', 'writer'), alone], { write: 'commit' }), 400, 'invalid-request');
  });

  it('begins although the server is away, and takes changes when it is back', async () => {
    await start('commit');
    serving.kill();
    await serving.untilExit();
    policy.server.mood = 'failing';
    await start('commit');
    await serving.untilOutput('changes are not ready yet');
    policy.server.mood = 'well';
    const reply = await post([set('cy', 'writer')]);
    assert.equal(reply.status, 200, reply.text);
    assert.include(policy.read(supportFile), 'cy: writer');
  });

  it('does not begin with a key that cannot sign, and signs what whoever follows requires', async () => {
    const [locked, key] = [join(policy.cache, 'locked'), join(policy.cache, 'key')];
    for (const [path, passphrase] of [
      [locked, 'a passphrase'],
      [key, ''],
    ] as const)
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', path]);
    begin('commit', '--sign-key', locked);
    assert.equal(await serving.untilExit(), 2);
    assert.include(serving.stderr, 'it has a passphrase');
    assert.notInclude(serving.stderr, '    at ');

    const { person } = policy;
    const signers = join(policy.cache, 'signers');
    writeFileSync(signers, `bot@acme.example ${readFileSync(`${key}.pub`, 'utf8')}`);
    person.git(
      '-c',
      'gpg.format=ssh',
      '-c',
      `user.signingKey=${key}`,
      'commit',
      '--quiet',
      '--amend',
      '--no-edit',
      '-S',
    );
    person.git('push', '--quiet', '--force', 'origin', 'HEAD:refs/heads/main');
    const flags = ['--require-signed', signers, '--git-committer', 'Bot <bot@acme.example>'];
    await start('commit', ...flags, '--sign-key', key);
    const made = await post([set('cy', 'writer')]);
    assert.equal(made.status, 200, made.text);
    // What nobody trusts is no ground for a change, nor made to look trusted by one.
    policy.pushByHand(supportFile, (text) => text.replace('bo: writer', 'bo: admin'));
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const refused = expectProblem(await post([set('cy', 'member')]), 409, 'policy-at-fault');
    assert.include(refused['detail'], 'is not signed');
    assert.equal(policy.log()[0], 'By hand');
  });
});
