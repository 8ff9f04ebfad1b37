import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { killChanges } from '../../soak/change-kills.ts';
import { textsBelow } from '../../store/writing/policy-writer.ts';
import { changedTexts } from '../../support/change-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { send, type Reply } from '../../support/running-sidecar.ts';
import { Serving } from '../../support/serving.ts';
import { KeptConnections } from './kept-connections.ts';

const file = 'policies/acme/support.yaml';
const flags = ['--listen', '127.0.0.1:0', '--admin-token-file', 'admin-tokens', '--create', '--changes', 'files'];

describe('rolebook serve --changes files', function () {
  this.timeout(60_000);
  let folder: PolicyFolder;
  let serving: Serving;
  let kept: KeptConnections | undefined;
  beforeEach(async () => (folder = await createPolicyFolder({ ...changedTexts })));
  afterEach(async () => {
    kept?.close();
    serving.kill();
    await folder.dispose();
  });

  const start = async (...more: string[]): Promise<void> => {
    serving = new Serving([...flags, ...more], folder.root);
    await serving.untilOutput('answers on');
    await serving.untilOutput('revision');
  };
  const post = async (edits: readonly object[], headers: Record<string, string> = {}): Promise<Reply> => {
    const token = (await readFile(join(folder.root, 'admin-tokens'), 'utf8')).trim();
    const call = {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, ...headers },
      body: { actor: 'ana', edits },
    };
    return send(serving.address, '/v1/changes', call);
  };
  const text = (): Promise<string> => readFile(join(folder.root, file), 'utf8');
  const set = (subject: string, role: string): object => ({
    edit: 'member.set',
    workspace: 'support',
    subject,
    roles: [role],
  });
  const signs = { subject: 'cy', workspace: 'support', permission: 'doc:edit' };
  const decision = async (): Promise<unknown> =>
    (await send(serving.address, '/v1/enforce', { method: 'POST', body: signs })).json;

  it('has a change live in all workers before it is answered, each time', async () => {
    await start('--workers', '2');
    kept = new KeptConnections(serving.address, 6);
    for (let turn = 0; turn < 6; turn += 1) {
      const isWriter = turn % 2 === 0;
      const reply = await post([set('cy', isWriter ? 'writer' : 'member')]);
      assert.equal(reply.status, 200, reply.text);
      const { revision } = reply.json as { revision: string };
      for (const answer of await kept.call('/v1/enforce', signs))
        assert.deepEqual(answer.json, { decision: isWriter, revision });
    }
    // All are asked through one door, and none is lost.
    const replies = await Promise.all(Array.from({ length: 8 }, (_, index) => post([set(`new-${index}`, 'writer')])));
    assert.deepEqual(
      replies.map(({ status }) => status),
      new Array<number>(8).fill(200),
    );
    for (let index = 0; index < 8; index += 1) assert.include(await text(), `  new-${index}: writer\n`);
    expectProblem(await post([set('cy', 'nothing')]), 422, 'unknown-role');
    const listed = await send(serving.address, '/v1/changes', {});
    assert.lengthOf((listed.json as { changes: object[] }).changes, 14);
  });

  it('refuses while a file has errors and when the disk takes nothing, decides on, and makes it when that is over', async () => {
    await start();
    const good = await text();
    await folder.write(file, good.replace('cy: member', 'cy: nobody'));
    expectProblem(await post([set('new', 'member')]), 409, 'policy-at-fault');
    assert.deepInclude((await decision()) as object, { decision: false });
    await folder.write(file, good);

    const untouched = textsBelow(folder.root);
    const key = { 'Idempotency-Key': 'once' };
    // No file may have a byte.
    execFileSync('prlimit', ['--pid', String(serving.pid), '--fsize=0:']);
    for (const turn of ['first', 'second']) {
      const problem = expectProblem(await post([set('cy', 'writer')], key), 503, 'changes-unavailable');
      assert.include(problem['detail'], 'nothing was written', turn);
      assert.notInclude(problem['detail'], folder.root);
      assert.deepEqual(textsBelow(folder.root), untouched);
      assert.deepInclude((await decision()) as object, { decision: false });
    }
    execFileSync('prlimit', ['--pid', String(serving.pid), '--fsize=unlimited:']);
    const [made, again] = [await post([set('cy', 'writer')], key), await post([set('cy', 'writer')], key)];
    assert.equal(made.status, 200, made.text);
    assert.equal((again.json as { change: string }).change, (made.json as { change: string }).change);
    assert.deepInclude((await decision()) as object, { decision: true });

    // What is being made when it is asked to stop is made, and told.
    const last = post([set('late', 'writer')]).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 15));
    serving.signal('SIGTERM');
    assert.strictEqual(await serving.untilExit(), 0, serving.stderr);
    const reply = await last;
    assert.equal((await text()).includes('late: writer'), reply?.status === 200, reply?.text);
    assert.notInclude(Object.keys(textsBelow(folder.root)).join(), 'journal');
  });

  it('loses nothing and makes nothing twice when it is killed with its workers, whenever that is', async () => {
    serving = new Serving(['--help'], folder.root);
    const { faults, asked } = await killChanges(3, Math.random, ['--workers', '2']);
    assert.deepEqual(faults, []);
    assert.isAbove(asked, 3);
  });
});
