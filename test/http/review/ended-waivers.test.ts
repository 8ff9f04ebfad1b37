import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';
import {
  madeReview,
  reviewedFiles,
  reviewedFindings,
  writtenReview,
  type WrittenReview,
} from '../../support/written-review.ts';

interface Told {
  readonly id: string;
  readonly state: string;
  readonly edits: readonly object[];
}

const mia = 'mia@vendor.example';
const about = { organization: 'acme', workspace: 'support', role: 'lead', permission: 'doc:wipe' };
const waiver = { check: 'unused-permission', about };
const line = `  - { check: unused-permission, organization: acme, workspace: support, role: lead, permission: doc:wipe, reason: kept, until: 2099-01-01 }\n`;
const wipe = reviewedFindings()['wipe']?.id;

describe('a finding that is accepted no more', () => {
  let running: RunningSidecar;
  let written: WrittenReview;
  let before: string;
  beforeEach(async () => {
    written = await writtenReview(madeReview(Object.values(reviewedFindings())));
    before = reviewedFiles()['roles.yaml'] ?? '';
    const files = { ...reviewedFiles(), 'roles.yaml': `${before}${line}` };
    const now = (): number => Date.parse('2026-12-01T12:00:00Z');
    running = await runSidecar({ files, isChanged: true, review: written.file, now });
  });
  afterEach(async () => {
    await disposeSidecars();
    await written.dispose();
  });

  const change = (actor: string, edits: readonly object[], query = ''): Promise<Reply> =>
    running.call(`/v1/changes${query}`, { method: 'POST', body: { actor, edits } });
  const told = async (): Promise<Told> => {
    const { json } = await running.call('/v1/workspaces/support/review');
    return (json as { findings: readonly Told[] }).findings.find(({ id }) => id === wipe) ?? assert.fail();
  };
  const catalog = (): Promise<string> => readFile(join(running.folder.root, 'roles.yaml'), 'utf8');
  const rewrite = async (more: string): Promise<void> => {
    await running.folder.write('roles.yaml', `${before}${more}`);
    assert.propertyVal(await running.live.reload('request'), 'outcome', 'loaded');
  };
  const end = { edit: 'waiver.end', ...waiver };

  it('is open again, by the edit that the review offers, and its line alone goes', async () => {
    const accepted = await told();
    assert.deepEqual([accepted.state, accepted.edits], ['accepted', [end]]);
    const preview = await change(mia, accepted.edits, '?preview');
    assert.strictEqual(preview.status, 200, preview.text);
    const { effect, etags, patch } = preview.json as {
      effect: { people: number };
      etags: readonly string[];
      patch: string;
    };
    assert.strictEqual(effect.people, 0);
    assert.include(patch, '-  - { check: unused-permission, organization: acme');
    const made = await change(mia, [{ ...end, etag: etags[0] }]);
    assert.strictEqual(made.status, 200, made.text);
    assert.strictEqual((await told()).state, 'open');
    assert.strictEqual(await catalog(), before);
    expectProblem(await change(mia, [end]), 404, 'unknown-waiver');
  });

  it('can be accepted anew, undone, and begun and ended in one change', async () => {
    const made = await change(mia, [end]);
    const { change: id } = made.json as { change: string };
    const undone = await running.call(`/v1/changes/${id}/revert`, { method: 'POST', body: { actor: mia } });
    assert.strictEqual(undone.status, 200, undone.text);
    assert.strictEqual((await told()).state, 'accepted');
    assert.strictEqual(await catalog(), `${before}${line}`);
    const again = { edit: 'waiver.add', ...waiver, reason: 'longer', until: '2099-02-01' };
    assert.strictEqual((await change(mia, [end, again])).status, 200);
    assert.include(await catalog(), 'reason: longer');
    assert.strictEqual((await change(mia, [{ ...again, until: '2099-03-01' }, end])).status, 200);
    assert.strictEqual(await catalog(), before);
  });

  it('goes with the list when it was the last, and with each line that says the same', async () => {
    before = before.slice(0, before.indexOf('waive:'));
    await rewrite(`waive:\n${line}${line.replace('kept', 'twice')}`);
    assert.strictEqual((await change(mia, [end])).status, 200);
    assert.notInclude(await catalog(), 'waive');
    assert.strictEqual((await told()).state, 'open');
  });

  it('is not offered where the waiver names no place, and is where it accepts more', async () => {
    await rewrite('  - { check: unused-permission, role: lead, reason: all of it, until: 2099-01-01 }\n');
    assert.deepEqual(await told().then(({ state, edits }) => [state, edits]), ['accepted', []]);
    await rewrite('  - { check: unused-permission, organization: acme, reason: all of it, until: 2099-01-01 }\n');
    const wide = { edit: 'waiver.end', check: 'unused-permission', about: { organization: 'acme' } };
    assert.deepEqual((await told()).edits, [wide]);
    // Who manages the workspace may not speak for the company, and who manages that may not write roles.yaml.
    expectProblem(await change('ada@acme.example', [wide]), 403, 'actor-not-allowed');
    expectProblem(await change('olu@acme.example', [wide]), 403, 'forbidden');
    assert.strictEqual((await change(mia, [wide])).status, 200);
  });

  it('is shown to who asks for it without what others had accepted', async () => {
    const preview = await change('ada@acme.example', [end], '?preview');
    assert.notInclude(preview.text, 'of theirs');
    expectProblem(preview, 403, 'forbidden');
  });

  const refused: readonly (readonly [actor: string, edit: object, status: number, code: string])[] = [
    ['ada@acme.example', {}, 403, 'forbidden'],
    ['olu@acme.example', {}, 403, 'forbidden'],
    ['ana@acme.example', {}, 403, 'actor-not-allowed'],
    ['zoe@other.example', {}, 403, 'actor-not-allowed'],
    ['nobody', {}, 403, 'actor-not-allowed'],
    [mia, { check: 'idle-role' }, 404, 'unknown-waiver'],
    [mia, { about: { ...about, permission: 'doc:edit' } }, 404, 'unknown-waiver'],
    [mia, { about: { organization: 'acme', workspace: 'support', role: 'lead' } }, 404, 'unknown-waiver'],
    [mia, { about: { ...about, member: 'ana@acme.example' } }, 404, 'unknown-waiver'],
    [mia, { about: { ...about, workspace: 'nowhere' } }, 404, 'unknown-workspace'],
    [mia, { about: { ...about, organization: 'nobody' } }, 404, 'unknown-waiver'],
    [mia, { about: {} }, 404, 'unknown-waiver'],
    [mia, { check: 'self-lift' }, 400, 'invalid-request'],
    [mia, { reason: 'enough' }, 400, 'invalid-request'],
    [mia, { about: { ...about, file: 'roles.yaml' } }, 400, 'invalid-request'],
    [mia, { about: 'acme' }, 400, 'invalid-request'],
    [mia, { etag: 'another' }, 409, 'changed-meanwhile'],
  ];
  for (const [actor, edit, status, code] of refused) {
    it(`is not by ${actor} with ${JSON.stringify(edit)}`, async () => {
      const reply = await change(actor, [{ ...end, ...edit }]);
      assert.strictEqual(reply.status, status, reply.text);
      expectProblem(reply, status, code);
      if (actor !== mia) assert.notInclude(reply.text, 'of theirs');
      assert.strictEqual(await catalog(), `${before}${line}`);
    });
  }
});
