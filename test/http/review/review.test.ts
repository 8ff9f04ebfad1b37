import { assert } from 'chai';
import type { ReviewedFinding } from '../../../src/policy/review/review-document.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';
import {
  madeReview,
  reviewedFiles,
  reviewedFindings,
  writtenReview,
  type WrittenReview,
} from '../../support/written-review.ts';

interface Told extends ReviewedFinding {
  readonly state: 'open' | 'accepted' | 'over';
  readonly edits: readonly { readonly edit: string; readonly subjects?: readonly string[] }[];
  readonly why?: string;
  readonly reason?: string;
  readonly until?: string;
}

interface Review {
  readonly review: { readonly isLive: boolean; readonly daysOld: number; readonly isOld: boolean };
  readonly waiving: 'at-once' | 'in-review';
  readonly open: number;
  readonly findings: readonly Told[];
  readonly next?: string;
}

const found = reviewedFindings();
const idOf = (name: string): string => found[name]?.id ?? assert.fail(name);

describe('a review at a place', () => {
  let running: RunningSidecar;
  let written: WrittenReview;
  beforeEach(async () => {
    written = await writtenReview(madeReview(Object.values(found)));
    const now = (): number => Date.parse('2026-12-01T12:00:00Z');
    running = await runSidecar({ files: reviewedFiles(), isChanged: true, review: written.file, now });
  });
  afterEach(async () => {
    await disposeSidecars();
    await written.dispose();
  });

  const ask = (actor?: string, place = 'workspaces/support', query = ''): Promise<Reply> =>
    running.call(`/v1/${place}/review${query}`, actor === undefined ? {} : { headers: { 'X-Rolebook-Actor': actor } });
  const read = async (actor?: string, place?: string, query?: string): Promise<Review> => {
    const { status, json, text } = await ask(actor, place, query);
    assert.strictEqual(status, 200, text);
    return json as Review;
  };
  const told = async (name: string, place?: string): Promise<Told> =>
    (await read(undefined, place)).findings.find(({ id }) => id === idOf(name)) ?? assert.fail(`${name} is not told`);
  const rewrite = async (path: string, from: string, to: string): Promise<void> => {
    const text = reviewedFiles()[path] ?? '';
    assert.include(text, from);
    await running.folder.write(path, text.replace(from, to));
    assert.propertyVal(await running.live.reload('request'), 'outcome', 'loaded');
  };
  const change = (actor: string, edits: readonly object[], query = ''): Promise<Reply> =>
    running.call(`/v1/changes${query}`, { method: 'POST', body: { actor, edits } });

  const ofSupport = ['wipe', 'idle', 'spare', 'twin', 'unseen', 'inGroup', 'admin', 'expired'];

  it('tells each place its own, and nobody what is of built-in roles', async () => {
    const names = async (place: string): Promise<string[]> =>
      (await read(undefined, place)).findings.map(({ id }) => id);
    assert.deepEqual(await names('workspaces/support'), ofSupport.map(idOf));
    assert.deepEqual(await names('workspaces/sales'), []);
    assert.deepEqual(await names('workspaces/theirs'), [idOf('theirs')]);
    assert.deepEqual(await names('organizations/acme'), [idOf('auditor')]);
    assert.deepEqual(await names('organizations/other'), []);
  });

  const refusedActors = [
    ['jo@acme.example', 'workspaces/support', 403, 'forbidden'],
    ['ana@acme.example', 'workspaces/support', 403, 'forbidden'],
    ['nat@acme.example', 'workspaces/support', 403, 'forbidden'],
    ['sal@acme.example', 'workspaces/support', 404, 'unknown-workspace'],
    ['zoe@other.example', 'workspaces/support', 404, 'unknown-workspace'],
    ['nobody', 'workspaces/support', 404, 'unknown-workspace'],
    ['ada@acme.example', 'workspaces/theirs', 404, 'unknown-workspace'],
    ['ada@acme.example', 'workspaces/nowhere', 404, 'unknown-workspace'],
    ['ada@acme.example', 'organizations/other', 404, 'unknown-organization'],
    ['nat@acme.example', 'organizations/acme', 403, 'forbidden'],
    ['zoe@other.example', 'organizations/acme', 404, 'unknown-organization'],
  ] as const;
  for (const [actor, place, status, code] of refusedActors) {
    it(`is refused to ${actor} at ${place}, be the file good or broken`, async () => {
      expectProblem(await ask(actor, place), status, code);
      await written.write('broken');
      expectProblem(await ask(actor, place), status, code);
    });
  }

  it('is told to who manages members or roles there, in the company, or as staff', async () => {
    assert.strictEqual((await read('ada@acme.example')).waiving, 'in-review');
    assert.strictEqual((await read('olu@acme.example')).waiving, 'in-review');
    assert.strictEqual((await read('mia@vendor.example')).waiving, 'at-once');
    assert.strictEqual((await read()).waiving, 'at-once');
    assert.strictEqual((await read('olu@acme.example', 'organizations/acme')).open, 1);
  });

  it('says how old it is, and comes in pages', async () => {
    const { review, open } = await read();
    assert.deepInclude(review, { isLive: false, daysOld: 1, isOld: false });
    assert.strictEqual(open, ofSupport.length);
    const page = await read(undefined, undefined, '?limit=5');
    assert.lengthOf(page.findings, 5);
    const rest = await read(undefined, undefined, `?limit=5&after=${page.next ?? ''}`);
    assert.deepEqual(
      rest.findings.map(({ id }) => id),
      ofSupport.slice(5).map(idOf),
    );
    expectProblem(await ask(undefined, undefined, '?after=feedfeed00'), 400, 'invalid-request');
    expectProblem(await ask(undefined, undefined, '?limit=0'), 400, 'invalid-request');
    expectProblem(await ask(undefined, undefined, '?role=lead'), 400, 'unknown-parameter');
  });

  it('offers edits of what is live, and each takes its finding away', async () => {
    const ada = 'ada@acme.example';
    for (const name of ['twin', 'wipe', 'idle', 'spare', 'unseen', 'expired']) {
      const { edits, state } = await told(name);
      assert.strictEqual(state, 'open', name);
      assert.lengthOf(edits, 1, name);
      const preview = await change(ada, edits, '?preview');
      assert.strictEqual(preview.status, 200, `${name}: ${preview.text}`);
      const { confirm } = preview.json as { readonly confirm?: string };
      const made = await change(
        ada,
        edits.map((edit) => ({ ...edit, ...(confirm !== undefined && { confirm }) })),
      );
      assert.strictEqual(made.status, 200, `${name}: ${made.text}`);
      assert.strictEqual((await told(name)).state, 'over', name);
    }
    const { edits } = await told('inGroup');
    assert.deepEqual(edits[0]?.subjects, ['ned@acme.example']);
    assert.strictEqual((await change('olu@acme.example', edits)).status, 200);
    assert.strictEqual((await told('inGroup')).why, 'membership-gone');
  });

  const later: readonly (readonly [name: string, file: string, from: string, to: string, why: string])[] = [
    ['wipe', 'support', '[doc:edit, doc:wipe] }', '[doc:edit] }', 'permission-gone'],
    [
      'wipe',
      'support',
      'lead: { title: Lead, extends: member, grants: [doc:edit, doc:wipe] }',
      'lead: { title: Lead, extends: twin, without: [doc:wipe] }',
      'permission-gone',
    ],
    ['spare', 'support', 'jo@acme.example: member', 'jo@acme.example: spare', 'held-by-now'],
    ['spare', 'support', '  spare: { title: Spare, grants: [doc:read] }\n', '', 'role-gone'],
    [
      'twin',
      'support',
      'twin: { title: Twin, grants: [doc:edit, doc:wipe, doc:read] }',
      'twin: { title: Twin, grants: [doc:edit] }',
      'other-by-now',
    ],
    ['unseen', 'support', '  jo@acme.example: member\n', '', 'membership-gone'],
    ['expired', 'support', 'until: 2026-01-01', 'until: 2099-01-01', 'membership-gone'],
    ['inGroup', 'organization', '[nat@acme.example, ned@acme.example]', '[ned@acme.example]', 'membership-gone'],
  ];
  for (const [name, file, from, to, why] of later) {
    it(`says of ${name} that it is over: ${why}`, async () => {
      await rewrite(`policies/acme/${file}.yaml`, from, to);
      const now = await told(name);
      assert.deepInclude(now, { state: 'over', why, edits: [] });
    });
  }

  const byHand: readonly (readonly [name: string, from: string, to: string, why: RegExp])[] = [
    ['unseen', 'jo@acme.example: member', 'jo@acme.example: admin', /may change members or roles/],
    ['unseen', 'jo@acme.example: member', 'jo@acme.example: member\n  # none', /^$/],
    ['expired', '{ role: member, reason: stays }', '{ role: idle }', /something else since/],
    [
      'idle',
      'grants: [doc:read, doc:edit] }',
      'grants: [doc:edit], denies: [doc:wipe] }',
      /which gives what this one does not/,
    ],
  ];
  for (const [name, from, to, why] of byHand) {
    it(`offers no edit of ${name} that the review would not have: ${to}`, async () => {
      await rewrite('policies/acme/support.yaml', from, to);
      const now = await told(name);
      assert.match(now.byHand ?? '', why);
      assert.lengthOf(now.edits, now.byHand === undefined ? 1 : 0);
    });
  }

  it('takes who joined a group since for a member of it, whatever the review says', async () => {
    await rewrite('policies/acme/organization.yaml', 'ned@acme.example]', 'ned@acme.example, new@acme.example]');
    const { edits } = await told('inGroup');
    assert.deepEqual(edits[0]?.subjects, ['ned@acme.example', 'new@acme.example']);
  });

  it('is not of a workspace that has the name by now', async () => {
    await running.folder.write('policies/acme/support.yaml', 'workspace: backup\n');
    await running.folder.write(
      'policies/other/support.yaml',
      'workspace: support\nmembers: { zoe@other.example: admin }\n',
    );
    await running.live.reload('request');
    assert.deepEqual((await read('zoe@other.example')).findings, []);
  });

  it('is off, or broken, and decisions go on', async () => {
    const without = await runSidecar({ files: reviewedFiles() });
    expectProblem(await without.call('/v1/workspaces/support/review'), 409, 'review-off');
    await written.write('{"format": "rolebook-review/1", "findings": "sly@other.example"}');
    const reply = await ask('ada@acme.example');
    expectProblem(reply, 503, 'review-unavailable');
    assert.notInclude(reply.text, written.path);
    assert.notInclude(reply.text, 'sly');
    assert.include((await ask()).text, written.path);
    const { json } = await running.enforce({
      subject: 'ana@acme.example',
      workspace: 'support',
      permission: 'doc:wipe',
    });
    assert.propertyVal(json, 'decision', true);
    await written.write(madeReview([]));
    assert.strictEqual((await read('ada@acme.example')).open, 0);
  });

  const waiver = { edit: 'waiver.add', check: 'unused-permission', reason: 'in January', until: '2027-06-30' };
  const about = { organization: 'acme', workspace: 'support', role: 'lead', permission: 'doc:wipe' };

  it('is accepted by operators at once, and the end may be moved on', async () => {
    const made = await change('mia@vendor.example', [{ ...waiver, about }]);
    assert.strictEqual(made.status, 200, made.text);
    const edits = [{ edit: 'waiver.end', check: waiver.check, about }];
    assert.deepInclude(await told('wipe'), { state: 'accepted', reason: 'in January', until: '2027-06-30', edits });
    expectProblem(await change('mia@vendor.example', [{ ...waiver, about }]), 409, 'already-there');
    const later = await change('mia@vendor.example', [{ ...waiver, about, until: '2028-06-30' }]);
    assert.strictEqual(later.status, 200, later.text);
    assert.propertyVal(await told('wipe'), 'until', '2028-06-30');
    assert.strictEqual((await read()).open, ofSupport.length - 1);
  });

  const refusedWaivers: readonly (readonly [actor: string, edit: object, status: number, code: string])[] = [
    ['ada@acme.example', { about }, 403, 'forbidden'],
    ['olu@acme.example', { about }, 403, 'forbidden'],
    ['ana@acme.example', { about }, 403, 'actor-not-allowed'],
    ['zoe@other.example', { about }, 403, 'actor-not-allowed'],
    ['sal@acme.example', { about: { ...about, workspace: 'support' } }, 403, 'actor-not-allowed'],
    [
      'jo@acme.example',
      { check: 'unseen-member', about: { workspace: 'support', member: 'jo@acme.example' } },
      403,
      'actor-not-allowed',
    ],
    ['mia@vendor.example', { about: { ...about, workspace: 'nowhere' } }, 404, 'unknown-workspace'],
    ['mia@vendor.example', { about: { ...about, organization: 'other' } }, 404, 'unknown-organization'],
    ['mia@vendor.example', { about: { role: 'member', permission: 'doc:read' } }, 403, 'forbidden'],
    ['mia@vendor.example', { about, until: '2020-01-01' }, 422, 'change-refused'],
    ['mia@vendor.example', { about, until: 'soon' }, 422, 'invalid-policy'],
    ['mia@vendor.example', { about, reason: '' }, 400, 'invalid-request'],
    ['mia@vendor.example', { about, check: 'self-lift' }, 400, 'invalid-request'],
    ['mia@vendor.example', { about: { ...about, file: 'roles.yaml' } }, 400, 'invalid-request'],
  ];
  for (const [actor, edit, status, code] of refusedWaivers) {
    it(`is not accepted by ${actor} with ${JSON.stringify(edit)}`, async () => {
      const before = await running.call('/v1/policy');
      const reply = await change(actor, [{ ...waiver, ...edit }]);
      assert.strictEqual(reply.status, status, reply.text);
      expectProblem(reply, status, code);
      if (actor !== 'mia@vendor.example') assert.notInclude(reply.text, 'of theirs');
      assert.deepEqual((await running.call('/v1/policy')).status, before.status);
      assert.include(await readText(running), reviewedFiles()['roles.yaml'] ?? '');
    });
  }
});

async function readText(running: RunningSidecar): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(`${running.folder.root}/roles.yaml`, 'utf8');
}
