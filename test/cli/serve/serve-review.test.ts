import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { Serving } from '../../support/serving.ts';
import { waitFor } from '../../support/wait-for.ts';
import { madeReview, reviewedFiles, reviewedFindings } from '../../support/written-review.ts';
import { KeptConnections, type KeptReply } from './kept-connections.ts';

const path = '/v1/workspaces/support/review';

describe('rolebook serve --review with workers', function () {
  this.timeout(60_000);
  let folder: PolicyFolder;
  let serving: Serving;
  let kept: KeptConnections;
  before(async () => {
    folder = await createPolicyFolder(reviewedFiles());
    serving = new Serving(['--listen', '127.0.0.1:0', '--workers', '2', '--review', 'review.json'], folder.root);
    await serving.untilOutput('answers on');
    // With two workers, two each.
    kept = new KeptConnections(serving.address, 4);
  });
  after(async () => {
    kept.close();
    serving.kill();
    await folder.dispose();
  });

  const write = (text: string): Promise<void> => writeFile(join(folder.root, 'review.json'), text);
  /** What all of them answer, once that is the same. */
  const told = async (what: (reply: KeptReply) => unknown): Promise<unknown> => {
    const answers = (await kept.call(path)).map(what);
    assert.deepEqual(answers, new Array(answers.length).fill(answers[0]));
    return answers[0];
  };
  const code = ({ status, json }: KeptReply): unknown => [status, (json as { readonly code?: string }).code];
  const open = ({ json }: KeptReply): unknown => (json as { readonly open?: number }).open;
  const timesLogged = (text: string): number => serving.stderr.split(text).length - 1;

  it('tells the same through each worker: that there is none yet, the one that comes, and that it is broken', async () => {
    assert.deepEqual(await told(code), [503, 'review-unavailable']);
    const found = Object.values(reviewedFindings());
    await write(JSON.stringify(madeReview(found)));
    assert.strictEqual(await told(open), 8);
    await write(JSON.stringify(madeReview(found.slice(0, 1))));
    assert.strictEqual(await told(open), 1);
    await write('{"format": ');
    assert.deepEqual(await told(code), [503, 'review-unavailable']);
    const [{ status, json } = { status: 0, json: undefined }] = await kept.call('/v1/enforce', {
      ...{ subject: 'ana@acme.example', workspace: 'support', permission: 'doc:wipe' },
    });
    assert.deepEqual([status, (json as { readonly decision?: boolean }).decision], [200, true]);
    // Each worker reads it, and each tells once what is wrong with it.
    await told(code);
    await waitFor('both to tell it', () => timesLogged('it is no JSON') === 2);
  });
});
