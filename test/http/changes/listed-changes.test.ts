import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { runChangedSidecar, type ChangedPlace, type ChangedSidecar } from '../../support/changed-sidecar.ts';
import { changedTexts } from '../../support/change-policy.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const give = (workspace: string, subject: string, role = 'member'): object => ({
  edit: 'member.set',
  workspace,
  subject,
  roles: [role],
});
const title = { edit: 'role.change', workspace: 'support', role: 'writer', title: 'Writes' };

const defineListing = (place: ChangedPlace): void => {
  let running: ChangedSidecar;
  const made = new Map<string, string>();
  before(async () => {
    running = await runChangedSidecar(place, { ...changedTexts });
    for (const [name, actor, edits] of [
      ['title', 'ana', [title]],
      ['cy', 'ana', [give('support', 'cy', 'writer')]],
      ['sales', 'sam', [give('sales', 'nina')]],
      ['both', 'olu', [give('support', 'zoe'), give('sales', 'zoe')]],
      ['group', 'olu', [{ edit: 'group.set', organization: 'acme', group: 'night', subjects: ['bo'] }]],
      ['lab', 'gil', [give('lab', 'hal', 'admin')]],
    ] as const) {
      const reply = await running.call('/v1/changes', { method: 'POST', body: { actor, edits } });
      assert.equal(reply.status, 200, reply.text);
      made.set((reply.json as { change: string }).change, name);
    }
  });
  after(() => running.dispose());

  const list = (actor: string | undefined, query = ''): Promise<Reply> => {
    const headers: Record<string, string> =
      actor === undefined ? {} : { 'X-Rolebook-Actor': encodeURIComponent(actor) };
    return running.call(`/v1/changes${query}`, { headers });
  };
  const seenBy = async (actor: string | undefined, query = ''): Promise<string> => {
    const reply = await list(actor, query);
    assert.equal(reply.status, 200, reply.text);
    const { changes } = reply.json as { changes: { change: string }[] };
    return changes.flatMap(({ change }) => made.get(change) ?? []).join(' ');
  };

  it('are all told to the application, and to an actor those of places where they control something', async () => {
    assert.equal(await seenBy(undefined), 'lab group both sales cy title');
    assert.equal(await seenBy('olu'), 'group both sales cy title');
    assert.equal(await seenBy('ana'), 'cy title');
    assert.equal(await seenBy('lea'), 'cy title');
    assert.equal(await seenBy('sam'), 'sales');
    assert.equal(await seenBy('gail'), 'lab');
  });

  it('are told to a member where they are about their own membership alone', async () => {
    assert.equal(await seenBy('cy'), 'cy');
    assert.equal(await seenBy('nina'), 'sales');
    assert.equal(await seenBy('zoe'), 'both');
    assert.equal(await seenBy('bo'), '');
  });

  it('are told to nobody who is a stranger, whatever they ask for', async () => {
    for (const actor of ['stranger', 'service:ana', '__proto__']) {
      for (const query of ['', '?workspace=support', '?subject=cy', '?role=writer', '?organization=acme'])
        assert.equal(await seenBy(actor, query), '', `${actor} ${query}`);
    }
  });

  it('come in pages of those that may be known, whatever lies between', async () => {
    for (const actor of [undefined, 'olu', 'ana', 'zoe']) {
      const pages: string[] = [];
      for (let after = ''; ;) {
        const { json } = await list(actor, `?limit=1${after}`);
        const { changes, next } = json as { changes: { change: string }[]; next?: string };
        assert.isAtMost(changes.length, 1);
        pages.push(...changes.flatMap(({ change }) => made.get(change) ?? []));
        if (next === undefined) break;
        after = `&after=${next}`;
      }
      assert.equal(pages.join(' '), await seenBy(actor));
    }
  });

  it('are refused for an actor who is not named as one is', async () => {
    for (const [name, value] of [
      ['X-Rolebook-Actor', '%zz'],
      ['X-Rolebook-Actor', '%22'],
      ['X-Rolebook-Actor-Type', 'user'],
    ] as const)
      expectProblem(await running.call('/v1/changes', { headers: { [name]: value } }), 400, 'invalid-request');
  });
};

for (const place of ['files', 'commit', 'push', 'sqlite', 'push beside sqlite'] as const)
  describe(`changes that were made, told to whom they may be, ${place}`, () => defineListing(place));

describe('changes of many edits', () => {
  it('come in pages that end earlier, so that none is longer than one turn takes', async () => {
    const running = await runChangedSidecar('files', { ...changedTexts });
    try {
      const [first, second] = ['a', 'b'].map((letter) => `${letter}${'x'.repeat(200)}`);
      for (let index = 0; index < 12; index += 1) {
        const subjects = Array.from({ length: 500 }, (_, of) => `${index % 2 === 0 ? first : second}-${of}`);
        const edits = [{ edit: 'group.set', organization: 'acme', group: 'night', subjects }];
        const reply = await running.call('/v1/changes', { method: 'POST', body: { actor: 'olu', edits } });
        assert.equal(reply.status, 200, reply.text.slice(0, 300));
      }
      const sizes: number[] = [];
      for (let after = ''; ;) {
        const { json, text } = await running.call(`/v1/changes?limit=12${after}`);
        const { changes, next } = json as { changes: object[]; next?: string };
        sizes.push(changes.length);
        assert.isBelow(text.length, 1.3 * limits.listedChangesBytes);
        if (next === undefined) break;
        after = `&after=${next}`;
      }
      assert.isAbove(sizes.length, 1);
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        12,
      );
    } finally {
      await running.dispose();
    }
  });
});
