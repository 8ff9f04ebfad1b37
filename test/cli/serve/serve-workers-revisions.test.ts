import { assert } from 'chai';
import { collidingPolicies } from '../../support/colliding-policies.ts';
import { asAdmin, createAdminTokenFile, type AdminTokenFile } from '../../support/admin-token.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { waitFor } from '../../support/wait-for.ts';
import { KeptConnections, type KeptReply } from './kept-connections.ts';
import { Serving } from '../../support/serving.ts';

const { given, taken, revision } = collidingPolicies;
const question = { subject: 'mallory@x.example', workspace: 'w', permission: 'company:delete' };

describe('revisions that several workers are asked for', function () {
  this.timeout(60_000);
  let folder: GitPolicy;
  let serving: Serving;
  let tokens: AdminTokenFile;
  let connections: KeptConnections;

  beforeEach(async () => {
    folder = await createGitPolicy(given);
    tokens = await createAdminTokenFile();
    const flags = ['--workers', '2', '--poll-interval', '0.5', '--admin-token-file', tokens.path];
    serving = new Serving([...flags, '--listen', '127.0.0.1:0'], folder.root);
    await serving.untilOutput('answers on');
    // With two workers, two each.
    connections = new KeptConnections(serving.address, 4);
  });
  afterEach(async () => {
    connections.close();
    serving.kill();
    await tokens.dispose();
    await folder.dispose();
  });

  const ask = (more: object = {}): Promise<KeptReply[]> => connections.call('/v1/enforce', { ...question, ...more });
  const decisions = async (more: object = {}): Promise<unknown[]> =>
    (await ask(more)).map(({ status, json }) =>
      status === 200 ? (json as { decision: boolean }).decision : (json as { code: string }).code,
    );
  const all = (answer: unknown): unknown[] => new Array<unknown>(4).fill(answer);
  const reload = (): Promise<unknown> => new KeptConnections(serving.address, 1).call('/v1/policy/reload', {}, asAdmin);

  it('are told apart though their twelve digits are the same', async () => {
    assert.deepEqual(await decisions(), all(true));
    await folder.write('policies/w.yaml', taken['policies/w.yaml']);
    await reload();
    for (const { json } of await ask()) assert.deepEqual(json, { decision: false, revision });
    await folder.write('policies/w.yaml', given['policies/w.yaml']);
    await reload();
    assert.deepEqual(await decisions(), all(true));
  });

  it('are known to all of them, those of before and those of git, and no others', async () => {
    const commit = folder.commit();
    await folder.write('policies/w.yaml', 'workspace: w\n');
    await reload();
    const [reply] = await ask();
    const { revision: next } = reply?.json as { revision: string };
    assert.notStrictEqual(next, revision);
    for (const minRevision of [revision, next]) {
      assert.deepEqual(await decisions({ minRevision }), all(false));
      const batches = await connections.call('/v1/enforce/batch', { requests: [question], minRevision });
      for (const { json } of batches) assert.deepEqual(json, { decisions: [{ decision: false }], revision: next });
    }
    const minRevision = `${revision}@${commit.slice(0, 12)}`;
    assert.deepEqual(await decisions({ minRevision }), all('revision-not-reached'), 'edited since');
    folder.commit('without anybody');
    await waitFor(
      'the commit',
      async () => (await decisions({ minRevision })).every((answer) => answer === false),
      20_000,
    );
    for (const other of ['3f9c2a1b7d4e', `${next}@0c9f2c7d1a54`, `${next}.1-9f1c22ab`]) {
      assert.deepEqual(await decisions({ minRevision: other }), all('unknown-revision'), other);
    }
  });
});
