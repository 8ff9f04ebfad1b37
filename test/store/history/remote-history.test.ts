import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import type { ChangeFilter, ChangeHead } from '../../../src/store/changes/asked-change.ts';
import { HistoryClone } from '../../../src/store/history/history-clone.ts';
import { RemoteHistory } from '../../../src/store/history/remote-history.ts';
import { parseRemoteAddress } from '../../../src/store/remote/remote-address.ts';
import { commitNothing, createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';

describe('the history of a repository elsewhere', function () {
  this.timeout(60_000);
  let policy: GitPolicy;
  let server: GitServer;
  let cache: string;
  let live: string | undefined;
  let history: RemoteHistory;
  beforeEach(async () => {
    policy = await createGitPolicy();
    server = await startGitServer(join(policy.root, '.git'));
    cache = await mkdtemp(join(tmpdir(), 'rolebook-history-'));
    history = historyOf();
  });
  afterEach(async () => {
    await server.close();
    await policy.dispose();
    await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  });

  const historyOf = (waitMs?: number): RemoteHistory => {
    const address = parseRemoteAddress(server.url, '--git');
    const clone = new HistoryClone({
      address,
      ref: 'refs/heads/main',
      prefix: '',
      credentials: {},
      folder: join(cache, 'history'),
    });
    return new RemoteHistory(clone, { live: () => live, ...(waitMs !== undefined && { waitMs }) });
  };
  const commitOf = async (member: string, message = `let ${member} in`): Promise<string> => {
    await policy.write('policies/team.yaml', `workspace: team\nmembers: { ${member}: member }\n`);
    live = policy.commit(message);
    return live;
  };
  const list = async (filter: Partial<ChangeFilter> = {}, of = history): Promise<readonly ChangeHead[]> =>
    (await of.list({ limit: 100, organizations: undefined, ...filter })).changes;
  const reasons = async (filter: Partial<ChangeFilter> = {}): Promise<unknown[]> =>
    (await list(filter)).map(({ reason }) => reason);
  const refusal = async (work: Promise<unknown>): Promise<RolebookError> => {
    const error: unknown = await work.then(() => undefined).catch((found: unknown) => found);
    return error instanceof RolebookError ? error : assert.fail(`it was no refusal: ${String(error)}`);
  };

  it('has every commit that touched the policy, the newest first, with who made it and whether it is signed', async () => {
    await commitOf('ana');
    await policy.write('README.md', 'no policy');
    policy.commit('not this one');
    const last = await commitOf('bo');
    const changes = await list();
    assert.deepEqual(
      changes.map(({ reason }) => reason),
      ['let bo in', 'let ana in'],
    );
    assert.deepInclude(changes[0], {
      change: last,
      written: { commit: last },
      author: { name: 'Ana', mail: 'ana@acme.example' },
      signature: { state: 'unsigned' },
      edits: [],
    });
  });

  it('tells what a change says of itself: its edits, its actor, and the key it was asked for with', async () => {
    const change = { edit: 'role.change', workspace: 'team', role: 'lead', allow: ['tag:apply'] } as const;
    const edit = { ...change, within: 'acme' };
    const trailers = [
      'Rolebook-Change: 0123456789abcdef',
      'Rolebook-Actor: user:ana@acme.example',
      'Rolebook-Reason: a shift',
      `Rolebook-Edit: ${JSON.stringify(JSON.stringify(edit))}`,
      'Rolebook-Request: key-1',
      `Rolebook-Request-Digest: ${'0'.repeat(64)}`,
    ];
    await commitOf('ana', `Let leads apply tags\n\n${trailers.join('\n')}`);
    const [found] = await list();
    assert.deepInclude(found, { change: '0123456789abcdef', reason: 'a shift', edits: [edit], request: 'key-1' });
    assert.lengthOf(await list({ role: 'lead', workspace: 'team' }), 1);
    assert.lengthOf(await list({ organizations: ['acme'] }), 1);
    assert.lengthOf(await list({ organizations: ['globex'] }), 0);
  });

  it('is that of what decides: what was pushed and is not live is not in it, and after a forced push that one is', async () => {
    const first = await commitOf('ana');
    await commitOf('bo');
    live = first;
    assert.deepEqual(await reasons(), ['let ana in']);
    policy.git('checkout', '--quiet', '--orphan', 'other');
    await commitOf('cy', 'begin anew');
    policy.git('branch', '--force', 'main', 'other');
    assert.deepEqual(await reasons(), ['begin anew']);
  });

  it('is fetched as far back as somebody asks, and leaves out the commit at which it ends', async () => {
    await commitOf('ana', 'the first');
    commitNothing(
      policy.root,
      Array.from({ length: 230 }, (_, number) => `nothing ${number}`),
    );
    await commitOf('bo', 'the last');
    const { changes, next } = await history.list({ limit: 1, organizations: undefined });
    assert.deepEqual([changes.map(({ reason }) => reason), next], [['the last'], live]);
    assert.deepEqual(await reasons(), ['the last', 'the first']);
    assert.deepEqual(await reasons({ after: live ?? '' }), ['the first']);
  });

  it('has no content of files where the server can leave it out', async () => {
    policy.git('config', 'uploadpack.allowFilter', 'true');
    await policy.write('large.bin', 'x'.repeat(100_000));
    await commitOf('ana');
    const blob = policy.git('rev-parse', 'HEAD:large.bin');
    await list();
    assert.throws(() => policy.git('--git-dir', join(cache, 'history'), 'cat-file', '-e', blob));
    assert.notInclude(await readdir(join(cache, 'history')), 'policies');
  });

  it('goes on with what is known while the server is away, and says so where that is nothing', async () => {
    await commitOf('ana');
    server.mood = 'failing';
    assert.include((await refusal(list())).message, 'cannot be fetched');
    server.mood = 'well';
    assert.lengthOf(await list(), 1);
    server.mood = 'failing';
    assert.lengthOf(await list(), 1);
    assert.lengthOf(await list({}, historyOf()), 1, 'for the next process, too');
    await commitOf('bo');
    assert.deepEqual(await reasons(), ['let ana in'], 'what is not here yet is missing for as long');
    server.mood = 'well';
    assert.deepEqual(await reasons(), ['let bo in', 'let ana in']);
    server.mood = 'failing';
    live = undefined;
    assert.include((await refusal(list())).message, 'no commit decides yet');
  });

  it('does not keep anybody waiting for a server that is silent', async () => {
    await commitOf('ana');
    server.mood = 'silent';
    const { code, message, help } = await refusal(list({}, historyOf(50)));
    assert.deepEqual([code, message, help], ['unavailable', 'the history is being fetched', 'ask again in a moment']);
  });
});
