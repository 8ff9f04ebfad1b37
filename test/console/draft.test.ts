import { assert } from 'chai';
import type { Catalog, Cell, Role, RoleInFull } from '../../packages/console/src/api/types.ts';
import { groupEffect } from '../../packages/console/src/parts/effect/effect-groups.ts';
import { base, readRoute, toWorkspace } from '../../packages/console/src/route/route.ts';
import { Cells } from '../../packages/console/src/api/cells.ts';
import { idOf, isRoleId } from '../../packages/console/src/roles/role-id.ts';
import {
  countUnsaved,
  dependentsOf,
  editOf,
  follow,
  isFuture,
  move,
  newDraft,
  setFuture,
  turnOn,
  type Draft,
} from '../../packages/console/src/role/draft/draft.ts';
import { refollow } from '../../packages/console/src/role/draft/refollow.ts';
import { conflictOf, rebase } from '../../packages/console/src/role/draft/merge.ts';

const permission = (id: string, scopes: readonly string[] = [], requires: readonly string[] = []) => ({
  permission: id,
  title: id,
  spans: 'workspace' as const,
  scopes,
  requires,
});

const catalog: Catalog = {
  categories: [
    {
      category: 'Docs',
      permissions: [
        permission('doc:read', ['own', 'all']),
        permission('doc:edit', ['own', 'all'], ['doc:read']),
        permission('doc:sign', [], ['doc:edit']),
        permission('note:write'),
      ],
    },
  ],
  baseline: ['note:write', 'doc:read@own'],
  escalation: 'allow',
  customRoles: {},
  subjectTypes: ['user'],
};
const cells = new Cells(catalog);
const movable = new Set(['doc:read@all', 'doc:edit@own', 'doc:edit@all', 'doc:sign']);

function roleWith(on: readonly string[], more: Partial<RoleInFull> = {}): RoleInFull {
  const all = [...cells.spell(catalog.categories[0]?.permissions.map((one) => one.permission) ?? [])];
  return {
    role: 'writer',
    title: 'Writer',
    builtIn: false,
    spans: 'workspace',
    etag: 'one',
    written: { file: 'a.yaml', line: 1, extends: [], grants: [], without: [] },
    cells: all.map((word): Cell => {
      const [id = '', scope] = word.split('@');
      const decision = on.includes(word);
      return { permission: id, ...(scope !== undefined && { scope }), decision, state: decision ? 'own' : 'none' };
    }),
    holderCount: 0,
    holders: [],
    ...more,
  };
}

describe('a draft of a role', () => {
  const begun = newDraft(roleWith(['doc:read@all']));

  it('is clean until something is moved, and once it is moved back', () => {
    assert.isUndefined(editOf(begun, 'w', 'writer'));
    const moved = move(begun, ['doc:read@all'], false);
    assert.strictEqual(countUnsaved(moved), 1);
    assert.isUndefined(editOf(move(moved, ['doc:read@all'], true), 'w', 'writer'));
  });

  it('is one edit, guarded by what was seen, with what it is to give and not to give', () => {
    const moved = move(move(begun, ['doc:edit@own'], true), ['doc:read@all'], false);
    assert.deepEqual(editOf({ ...moved, title: ' Author ' }, 'w', 'writer'), {
      edit: 'role.change',
      workspace: 'w',
      role: 'writer',
      etag: 'one',
      title: 'Author',
      allow: ['doc:edit@own'],
      disallow: ['doc:read@all'],
    });
  });

  it('turns on what is needed, in the same scope where there is one, and nothing that may not be moved', () => {
    const signed = turnOn(newDraft(roleWith([])), ['doc:sign'], cells, movable);
    assert.deepEqual(Object.keys(signed.moved).sort(), ['doc:edit@all', 'doc:edit@own', 'doc:read@all', 'doc:sign']);
    const own = turnOn(newDraft(roleWith([])), ['doc:edit@all'], cells, movable);
    assert.deepEqual(Object.keys(own.moved).sort(), ['doc:edit@all', 'doc:read@all']);
    const stuck = turnOn(newDraft(roleWith([])), ['doc:sign'], cells, new Set(['doc:sign']));
    assert.deepEqual(Object.keys(stuck.moved), ['doc:sign']);
  });

  it('knows who needs what is taken away, through others too, and nobody else', () => {
    const full = newDraft(roleWith(['doc:read@own', 'doc:read@all', 'doc:edit@all', 'doc:edit@own', 'doc:sign']));
    assert.sameMembers([...dependentsOf(full, ['doc:read@all'], cells)], ['doc:edit@all', 'doc:sign']);
    assert.deepEqual(dependentsOf(full, ['doc:sign'], cells), []);
    assert.deepEqual(dependentsOf(newDraft(roleWith(['doc:read@all'])), ['doc:read@all'], cells), []);
  });
});

describe('a draft of a role as the product grows', () => {
  const withGrants = (...grants: readonly string[]) =>
    newDraft(
      roleWith(['doc:read@all', 'doc:sign'], {
        written: { file: 'a.yaml', line: 1, extends: ['member'], grants, without: [] },
      }),
    );

  it('is another one where it is to give what is added later, and clean where it is as before', () => {
    const listed = withGrants('doc:read');
    const future = setFuture(listed, 'doc:* note:*', true);
    assert.deepEqual(editOf(future, 'w', 'writer'), {
      edit: 'role.change',
      workspace: 'w',
      role: 'writer',
      etag: 'one',
      always: ['doc:*', 'note:*'],
    });
    assert.strictEqual(countUnsaved(future), 1);
    assert.strictEqual(countUnsaved(setFuture(future, 'doc:* note:*', false)), 0);
    const spelled = setFuture(withGrants('doc:*'), 'doc:*', false);
    assert.deepInclude(editOf(spelled, 'w', 'writer'), { spelled: ['doc:*'] });
  });

  it('gives all that is added later once that was chosen of everything, and none where that was taken back', () => {
    const all = setFuture(setFuture(withGrants('doc:*'), 'doc:*', false), '*', true);
    assert.deepEqual(all.future, { '*': true });
    assert.isTrue(isFuture(all, 'note:*'));
    const none = setFuture(withGrants('*'), '*', false);
    assert.isFalse(isFuture(none, 'doc:*'));
    assert.deepInclude(editOf(setFuture(none, 'doc:*', true), 'w', 'writer'), { always: ['doc:*'], spelled: ['*'] });
  });

  it('has no wildcard any more of which a part was taken out', () => {
    const moved = move(setFuture(withGrants('note:*'), 'doc:*', true), ['doc:sign'], false);
    assert.deepEqual(moved.future, {});
    assert.isFalse(isFuture(move(withGrants('doc:*'), ['doc:sign'], false), 'doc:*'));
    assert.isTrue(isFuture(move(withGrants('note:*'), ['doc:sign'], false), 'note:*'));
  });
});

describe('a draft of a role that is to follow others', () => {
  const parent = (id: string, grants: readonly string[], denies: readonly string[] = []): Role => ({
    ...{ role: id, title: id, builtIn: false, spans: 'workspace', extends: [], grants, denies },
  });
  const role = roleWith(['doc:read@all', 'doc:sign'], {
    written: { file: 'a.yaml', line: 1, extends: ['member'], grants: ['doc:sign'], without: ['doc:edit@own'] },
  });
  const stateOf = (parents: readonly Role[], word: string): string => {
    const found = refollow(role, parents, cells).cells.find(
      ({ permission: id, scope }) => (scope === undefined ? id : `${id}@${scope}`) === word,
    );
    return `${found?.state ?? ''} ${found?.from ?? ''}`.trim();
  };

  it('has what it gives itself, and of the others what they give that it does not take out', () => {
    const lead = parent('lead', ['doc:edit', 'doc:sign']);
    assert.strictEqual(stateOf([lead], 'doc:sign'), 'own');
    assert.strictEqual(stateOf([lead], 'doc:edit@all'), 'inherited lead');
    assert.strictEqual(stateOf([lead], 'doc:edit@own'), 'taken-out lead');
    assert.strictEqual(stateOf([lead, parent('strict', [], ['doc:edit'])], 'doc:edit@all'), 'denied strict');
    assert.strictEqual(stateOf([], 'doc:edit@all'), 'none');
  });

  it('keeps boxes as they were moved, is saved with them, and is clean where it follows the same again', () => {
    const moved = move(newDraft(role), ['doc:edit@all'], true);
    const followed = follow(moved, refollow(role, [parent('lead', ['doc:edit'])], cells));
    assert.deepEqual(followed.moved, {});
    const other = follow(moved, refollow(role, [parent('lead', ['doc:read'])], cells));
    assert.deepInclude(editOf(other, 'w', 'writer'), { extends: ['lead'], allow: ['doc:edit@all'] });
    assert.isUndefined(editOf(follow(newDraft(role), refollow(role, [parent('member', [])], cells)), 'w', 'writer'));
  });

  it('collides with another choice of somebody else, and with nothing more', () => {
    const mine = follow(newDraft(role), refollow(role, [parent('lead', ['doc:edit'])], cells));
    const now = (...follows: readonly string[]): RoleInFull => ({
      ...role,
      etag: 'two',
      written: { ...role.written, extends: follows },
    });
    assert.deepEqual(conflictOf(mine, now('member')).collisions, []);
    assert.deepEqual(conflictOf(mine, now('lead')).collisions, []);
    assert.deepEqual(conflictOf(mine, now('reader')).collisions, ['follows']);
    const again = (ids: readonly string[]) =>
      refollow(
        role,
        ids.map((id) => parent(id, ['doc:edit'])),
        cells,
      );
    assert.deepEqual(rebase(mine, now('reader'), {}, again).following?.roles, ['lead']);
    assert.isUndefined(rebase(mine, now('reader'), { follows: 'theirs' }, again).following);
    assert.isUndefined(rebase(mine, now('lead'), {}, again).following);
  });
});

describe('a draft, and what somebody else saved meanwhile', () => {
  const role = roleWith(['doc:read@all']);
  const mine: Draft = { ...move(newDraft(role), ['doc:edit@all'], true), title: 'Mine', description: 'Both' };

  it('never collide in boxes: mine stay beside theirs, and what both did is done', () => {
    const now = roleWith(['doc:edit@all', 'doc:sign'], { etag: 'two' });
    assert.deepEqual(conflictOf(mine, now).collisions, []);
    const next = rebase(mine, now, {});
    assert.deepEqual(next.moved, {});
    assert.strictEqual(next.base.etag, 'two');
    const other = rebase(mine, roleWith([], { etag: 'two' }), {});
    assert.deepEqual(other.moved, { 'doc:edit@all': true });
  });

  it('collide in a text alone that both changed to another one, and then the chosen one stays', () => {
    const now = roleWith(['doc:read@all'], { etag: 'two', title: 'Theirs', description: 'Both' });
    assert.deepEqual(conflictOf(mine, now).collisions, ['title']);
    assert.strictEqual(rebase(mine, now, { title: 'theirs' }).title, 'Theirs');
    assert.strictEqual(rebase(mine, now, { title: 'mine' }).title, 'Mine');
    assert.strictEqual(rebase(mine, now, {}).title, 'Mine');
    const untouched: Draft = { ...newDraft(role), moved: mine.moved };
    assert.strictEqual(rebase(untouched, now, {}).title, 'Theirs');
  });
});

describe('what roles give, counted', () => {
  it('counts by what a role decides: what everybody may in one scope is no permission of it', () => {
    assert.strictEqual(cells.count(cells.spell(['note:write', 'doc:read@own'])), 1);
    assert.strictEqual(cells.count(cells.spell(['note:write', 'doc:read'])), 2);
  });

  it('compares permission by permission', () => {
    const [role, other] = [cells.spell(['doc:read', 'doc:sign']), cells.spell(['doc:read@own', 'doc:edit@all'])];
    assert.deepEqual(cells.compare(role, other), { more: 2, fewer: 1 });
    assert.deepEqual(cells.compare(role, role), { more: 0, fewer: 0 });
  });

  it('gathers whom a change does the same to, and tells apart whom it changes elsewhere', () => {
    const at = (workspace: string, subjects: readonly string[], permissions: readonly string[]) => ({
      workspace,
      subjects,
      permissions,
    });
    const { groups, elsewhere } = groupEffect(
      [at('w', ['a', 'b'], ['x']), at('w', ['b'], ['y']), at('v', ['a', 'c'], ['x'])],
      [at('w', ['a'], ['z'])],
      'w',
    );
    assert.deepEqual(groups, [
      { subjects: ['a'], gained: ['x'], lost: ['z'] },
      { subjects: ['b'], gained: ['x', 'y'], lost: [] },
    ]);
    assert.strictEqual(elsewhere, 1);
  });
});

describe('the id of a role', () => {
  it('is made of its name, and is one that a role may have, or none', () => {
    assert.strictEqual(idOf('Night desk'), 'night-desk');
    assert.strictEqual(idOf('  Équipe de nuit! '), 'equipe-de-nuit');
    assert.strictEqual(idOf('2nd line'), 'nd-line');
    assert.strictEqual(idOf('日本語'), '');
    for (const title of ['Night desk', '<b>', '--', '9', 'x'.repeat(200), 'a/../b', '\u202Eabc', 'É']) {
      const id = idOf(title);
      assert.isTrue(id === '' || isRoleId(id), title);
    }
    for (const id of ['', '1a', '-a', 'a b', 'a/b', 'é', 'a@b', '.a']) assert.isFalse(isRoleId(id), id);
  });
});

describe('an address of the pages', () => {
  it('leads back to the ids it was made of, whatever is in them', () => {
    for (const id of ['ana@acme.example', '%25', 'a/b', 'a?b#c', '100%', '日本語', '..', ' ']) {
      const path = base + toWorkspace('w', 'members', 'user', id);
      assert.deepEqual(readRoute(path), { page: 'member', workspace: 'w', subject: { type: 'user', id } }, id);
    }
  });

  it('is nowhere when it is none of them', () => {
    for (const path of [
      '/x',
      '/workspaces/w/x',
      '/workspaces/w/roles/r/x',
      '/workspaces/w/members/a',
      '/workspaces/%zz',
      '/workspaces/w/roles/r/members/x',
    ]) {
      assert.strictEqual(readRoute(base + path).page, 'nowhere', path);
    }
  });
});
