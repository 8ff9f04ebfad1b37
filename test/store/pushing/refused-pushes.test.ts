import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { commitOf, madeBy, refusalOf } from '../changes/folder/committed-policy.ts';
import { allow, ask, PushedPolicy, supportYaml } from '../../support/pushed-policy.ts';

const idempotency = { key: 'k-1', digest: 'd' };

describe('a push that does not come to its end', function () {
  this.timeout(60_000);
  let policy: PushedPolicy;
  beforeEach(async () => (policy = await PushedPolicy.create()));
  afterEach(() => policy.dispose());

  const failure = async (work: Promise<unknown>): Promise<RolebookError> => {
    const error: unknown = await work.then((found) => found).catch((found: unknown) => found);
    return error instanceof RolebookError ? error : assert.fail(`it was no failure: ${JSON.stringify(error)}`);
  };
  const isUntouched = (): void => {
    assert.equal(policy.read(), supportYaml);
    assert.equal(policy.git('for-each-ref', '--format=%(refname)'), 'refs/heads/main');
  };

  it('is a refusal where a program of the server declines it: its first line is told, and nothing that moves a cursor', async () => {
    policy.hook('pre-receive', "printf '\\033[31m\\tOnly on Mondays\\342\\200\\256!\\033[0m\\nAsk Bo.\\n' >&2; exit 1");
    const { kind, code, message, help } = refusalOf(await policy.changes().ask(ask([allow])));
    assert.deepEqual({ kind, code }, { kind: 'conflict', code: 'push-refused' });
    assert.include(message, 'Only on Mondays');
    assert.include(message, 'nothing was written');
    assert.notMatch(message, /[\p{C}]|Ask Bo/u);
    assert.include(help, 'propose');
    isUntouched();
  });

  it('is a refusal where the branch is protected, or the server takes no such push, without a word', async () => {
    policy.hook('update', 'exit 1');
    const { code, message } = refusalOf(await policy.changes().ask(ask([allow])));
    assert.equal(code, 'push-refused');
    assert.include(message, 'hook declined');
    policy.hook('update', 'echo "error: GH006: Protected branch update failed for refs/heads/main." >&2; exit 1');
    assert.include(
      refusalOf(await policy.changes().ask(ask([allow]))).message,
      'GH006: Protected branch update failed',
    );
    isUntouched();
  });

  it('tells of credentials that may read and not write, and is made when they may', async () => {
    const token = join(policy.cache, 'token');
    writeFileSync(token, 's3cret-reads\n');
    policy.server.token = 's3cret-reads';
    policy.server.pushToken = 's3cret-writes';
    const changes = policy.changes({}, { credentials: { tokenFile: token } });
    const { code, message, help } = await failure(changes.ask(ask([allow])));
    assert.equal(code, 'unavailable');
    assert.include(message, 'does not take a push with these credentials; nothing was written');
    assert.include(help, '--git-token-file');
    assert.notInclude(`${message} ${help}`, 's3cret');
    isUntouched();
    policy.server.token = 's3cret-writes';
    writeFileSync(token, 's3cret-writes\n');
    madeBy(await changes.ask(ask([allow])));
    assert.notInclude(policy.git('log', '-1', '--format=%B', 'main'), 's3cret');
  });

  it('changes nothing where the server is away, fails or is silent, and is made when it is back', async () => {
    const changes = policy.changes({}, { timeoutMs: 4000 });
    await changes.prepare();
    await new Promise((resolve) => setTimeout(resolve, 2100));
    for (const mood of ['failing', 'silent', 'redirecting'] as const) {
      policy.server.mood = mood;
      const { code } = await failure(changes.ask(ask([allow])));
      assert.include(['unavailable', 'configuration'], code, mood);
      // What it would come to can be seen.
      assert.equal((await changes.ask(ask([allow], { isPreview: true }))).kind, 'judged', mood);
      assert.lengthOf((await changes.list({ limit: 10, organizations: undefined })).changes, 1, mood);
    }
    policy.server.mood = 'well';
    isUntouched();
    madeBy(await changes.ask(ask([allow])));
  });

  it('is seen to have been taken where nobody was told of that, before anybody is answered', async () => {
    policy.server.onPush = (step) => (step === 'taken' ? 'cut' : undefined);
    const changes = policy.changes();
    const head = madeBy(await changes.ask(ask([allow], { idempotency })));
    assert.equal(policy.git('rev-parse', 'main'), commitOf(head));
    policy.server.onPush = () => undefined;
    assert.deepEqual(madeBy(await changes.ask(ask([allow], { idempotency }))), head);
    assert.deepEqual(madeBy(await policy.changes().ask(ask([allow], { idempotency }))), head);
    assert.lengthOf(policy.log(), 2);
  });

  it('is no change where it was cut before it was taken, and one when it is sent again', async () => {
    policy.server.onPush = (step) => (step === 'came' ? 'cut' : undefined);
    const changes = policy.changes();
    const { code, message, help } = await failure(changes.ask(ask([allow], { idempotency })));
    assert.equal(code, 'unavailable');
    assert.include(message, 'was cut off, and the change is not there');
    assert.include(help, 'Idempotency-Key');
    isUntouched();
    policy.server.onPush = () => undefined;
    madeBy(await changes.ask(ask([allow], { idempotency })));
    assert.lengthOf(policy.log(), 2);
  });

  it('says that nobody knows where the server is away then, and the same key makes no second commit', async () => {
    policy.server.onPush = (step) => {
      if (step !== 'taken') return undefined;
      policy.server.mood = 'failing';
      return 'cut';
    };
    const changes = policy.changes();
    const { message, help } = await failure(changes.ask(ask([allow], { idempotency })));
    assert.include(message, 'whether the change is there cannot be seen now');
    assert.include(help, 'Idempotency-Key');
    policy.server.mood = 'well';
    policy.server.onPush = () => undefined;
    for (const again of [changes, policy.changes()]) {
      const head = madeBy(await again.ask(ask([allow], { idempotency })));
      assert.equal(commitOf(head), policy.git('rev-parse', 'main'));
    }
    assert.lengthOf(policy.log(), 2);
  });

  it('is made once where the server takes it only after it was sent again', async () => {
    let release = (): void => undefined;
    policy.server.onPush = (step) => {
      if (step !== 'came') return undefined;
      policy.server.onPush = () => undefined;
      return new Promise((resolve) => (release = () => resolve(undefined)));
    };
    const changes = policy.changes({}, { timeoutMs: 4000 });
    await failure(changes.ask(ask([allow], { idempotency })));
    const head = madeBy(await policy.changes().ask(ask([allow], { idempotency })));
    release();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(madeBy(await changes.ask(ask([allow], { idempotency }))), head);
    assert.lengthOf(policy.log(), 2);
  });
});
