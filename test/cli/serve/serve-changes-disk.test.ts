import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { asAdmin, createAdminTokenFile, type AdminTokenFile } from '../../support/admin-token.ts';
import { changedTexts } from '../../support/change-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { send, type Reply } from '../../support/running-sidecar.ts';
import { Serving } from '../../support/serving.ts';
import { canMountAlone, SmallDisk } from '../../support/small-disk.ts';
import { textsBelow } from '../../store/writing/policy-writer.ts';

describe('rolebook serve --changes files on a disk', function () {
  this.timeout(60_000);
  let [folder, admins]: [PolicyFolder | undefined, AdminTokenFile | undefined] = [undefined, undefined];
  let disk: SmallDisk;
  let serving: Serving;
  before(async function () {
    if (!canMountAlone()) this.skip();
    folder = await createPolicyFolder({ ...changedTexts });
    admins = await createAdminTokenFile();
  });
  after(async () => {
    await folder?.dispose();
    await admins?.dispose();
  });
  beforeEach(() => (disk = new SmallDisk()));
  afterEach(() => {
    serving.kill();
    disk.dispose();
  });

  const start = (options: string): void => {
    const flags = ['--listen', '127.0.0.1:0', '--admin-token-file', admins?.path ?? '', '--changes', 'files'];
    const inside = (words: readonly string[]): readonly string[] => disk.command(folder?.root ?? '', options, words);
    serving = new Serving(['--policy', disk.root, ...flags], '/', { inside });
  };
  const give = { edit: 'member.set', workspace: 'support', subject: 'cy', roles: ['writer'] };
  const post = (key: string): Promise<Reply> => {
    const headers = { ...asAdmin, 'Idempotency-Key': key };
    return send(serving.address, '/v1/changes', { method: 'POST', headers, body: { actor: 'ana', edits: [give] } });
  };
  const isWriter = async (): Promise<boolean> => {
    const body = { subject: 'cy', workspace: 'support', permission: 'doc:edit' };
    const { json } = await send(serving.address, '/v1/enforce', { method: 'POST', body });
    return (json as { decision: boolean }).decision;
  };

  it('that is full writes nothing, says so and decides on, and makes the change when there is room again', async () => {
    start('');
    await serving.untilOutput('answers on');
    const root = disk.seenThrough(serving.pid);
    const before = textsBelow(root);
    const filler = join(root, '.filler');
    for (let kib = 256, text = ''; kib >= 4; kib /= 2) {
      // As much of it as fits, to the last page.
      for (let isFull = false; !isFull;) {
        const longer = text + 'x'.repeat(kib * 1024);
        try {
          writeFileSync(filler, longer);
          text = longer;
        } catch {
          writeFileSync(filler, text);
          isFull = true;
        }
      }
    }
    for (const turn of ['once', 'again']) {
      const problem = expectProblem(await post('first'), 503, 'changes-unavailable');
      assert.include(problem['detail'], 'the disk is full; nothing was written', turn);
      assert.notInclude(problem['detail'], disk.root);
      const now = Object.entries(textsBelow(root)).filter(([path]) => path !== '.filler');
      assert.deepEqual(Object.fromEntries(now), before);
      assert.isFalse(await isWriter());
    }
    rmSync(filler);
    const [made, again] = [await post('first'), await post('first')];
    assert.equal(made.status, 200, made.text);
    assert.equal((again.json as { change: string }).change, (made.json as { change: string }).change);
    assert.isTrue(await isWriter());
    assert.include(readFileSync(join(root, 'policies/acme/support.yaml'), 'utf8'), 'cy: writer');
  });

  it('that can only be read is no place for changes, and that is told at the start', async () => {
    start('remount,ro');
    assert.strictEqual(await serving.untilExit(), 2, serving.stderr);
    assert.include(serving.stderr, 'cannot write to `policy folder`: it can only be read');
    assert.include(serving.stderr, 'leave `--changes` out');
  });
});
