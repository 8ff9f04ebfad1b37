import { assert } from 'chai';
import type { DatabaseConnection } from '../../../../src/store/database/connection/database-connection.ts';
import type { DatabaseChanges } from '../../../../src/store/database/changes/database-changes.ts';
import type { AskedEdit } from '../../../../src/review/changes/asked-edit.ts';
import { addedRulesOf, historyOf, membersOf, onEachDatabase, stateOf } from '../../../support/opened-databases.ts';
import {
  allChanges,
  allow,
  asked,
  changedTexts,
  changesOf,
  codeOf,
  connectionTo,
  give,
  giveAtRunTime,
  idOf,
  publishedTexts,
  publishTexts,
  reverting,
  supportYaml,
} from '../../../support/changed-database.ts';

onEachDatabase('changes of a policy that comes from a database', (opened) => {
  let connection: DatabaseConnection;
  let changes: DatabaseChanges;
  beforeEach(async () => {
    await publishTexts(opened().database, changedTexts);
    connection = connectionTo(opened().text);
    changes = changesOf(connection);
  });
  afterEach(() => connection.close());

  const support = async (): Promise<string> => (await publishedTexts(opened().database))['policies/support.yaml'] ?? '';
  const members = (): Promise<string[]> => membersOf(opened().database);

  it('make a release with nothing else touched, by whom and why, and are listed', async () => {
    const answer = await changes.ask(asked([allow], { reason: 'they invite' }));
    assert.equal(await support(), supportYaml.replace('[doc:edit]', '[doc:edit, people:manage]'));
    const change = idOf(answer);
    if (answer.kind !== 'written') return;
    assert.deepEqual(answer.data?.effect?.gained[0]?.subjects, ['bo']);
    assert.isUndefined(answer.data?.tests);
    assert.match(answer.head.revision, /^[0-9a-f]{12}\.2-[0-9a-f]{8}$/);
    assert.deepEqual(answer.head.written, { release: 2 });
    assert.deepEqual(await historyOf(opened().database), ['1 release 1, by git', '2 release 2, by ana']);
    const { changes: listed, next } = await changes.list(allChanges);
    assert.isUndefined(next);
    assert.deepInclude(listed[0], { change, reason: 'they invite', caller: 'settings', people: 1 });
    assert.deepEqual(listed, [answer.head]);
  });

  it('are judged and not made by a preview', async () => {
    const answer = await changes.ask(asked([allow], { isPreview: true }));
    assert.equal(answer.kind, 'judged');
    assert.equal(await support(), supportYaml);
    assert.lengthOf(await historyOf(opened().database), 1);
    assert.isEmpty((await changes.list(allChanges)).changes);
  });

  it('change YAML for those whom it lists, and rows for all others, in one step with the rest', async () => {
    await giveAtRunTime(opened().database, 'dee', ['writer']);
    const edits: AskedEdit[] = [give('cy', 'writer'), give('dee', 'member'), give('eve', 'writer'), allow];
    const answer = await changes.ask(asked(edits, { reason: 'new shift' }));
    idOf(answer);
    assert.include(await support(), 'cy: writer');
    assert.notInclude(await support(), 'dee');
    assert.deepEqual(await members(), ['dee at support: member, 4', 'eve at support: writer, 5']);
    assert.deepEqual(await historyOf(opened().database), [
      '1 release 1, by git',
      '2 dee at support: nothing to writer, by user ana@acme.example',
      '3 release 2, by ana',
      '4 dee at support: writer to member, by user ana',
      '5 eve at support: nothing to writer, by user ana',
    ]);
    assert.sameMembers(await addedRulesOf(opened().database), [
      'g user:dee role:member support',
      'g user:eve role:support/writer support',
    ]);
    const gained = answer.kind === 'written' ? (answer.data?.effect?.gained ?? []) : [];
    assert.include(
      gained.flatMap(({ subjects }) => subjects),
      'eve',
    );
  });

  it('leave the rows for Casbin as a publication of the same files would', async () => {
    const rows = (): Promise<string[]> =>
      opened().database.read(async (manager) => {
        const found = await manager.query<Record<string, unknown>[]>(
          'SELECT ptype, v0, v1, v2, v3, v4, v5, v6 FROM casbin_rule WHERE id < 0',
        );
        return found.map((row) => JSON.stringify(Object.values(row))).sort();
      });
    await giveAtRunTime(opened().database, 'dee', ['writer']);
    idOf(await changes.ask(asked([allow, give('cy', 'writer'), give('eve', 'writer')])));
    idOf(await changes.ask(asked([{ edit: 'role.rename', workspace: 'support', role: 'writer', to: 'author' }])));
    const changed = await rows();
    assert.isTrue(changed.some((row) => row.includes('role:support/author')));
    const revision = { ...(await stateOf(opened().database)) };
    const pulled = [
      { kind: 'database' as const, policy: '', sequence: revision.sequence, token: revision.token.slice(0, 8) },
    ];
    const { outcome } = await publishTexts(opened().database, await publishedTexts(opened().database), { pulled });
    assert.equal(outcome, 'renewed');
    assert.deepEqual(await rows(), changed);
    assert.deepEqual(await members(), ['dee at support: author, 6', 'eve at support: author, 7']);
  });

  it('change companies and their groups, and members of those at run time', async () => {
    const texts = {
      ...changedTexts,
      'roles.yaml':
        changedTexts['roles.yaml']?.replace('roles:\n', 'roles:\n  boss: { grants: ["*"], spans: organization }\n') ??
        '',
      'policies/organization.yaml': 'organization: acme\nmembers: { ana: boss }\ngroups: { desk: [bo] }\n',
    };
    await publishTexts(opened().database, texts);
    const edits: AskedEdit[] = [
      { edit: 'member.set', organization: 'acme', subject: 'olu', roles: [{ role: 'boss' }] },
      { edit: 'member.set', workspace: 'support', subject: 'group:desk', roles: [{ role: 'writer' }] },
      { edit: 'group.set', organization: 'acme', group: 'desk', subjects: ['bo', 'cy'] },
    ];
    const made = idOf(await changes.ask(asked(edits)));
    assert.include((await publishedTexts(opened().database))['policies/organization.yaml'], 'cy');
    assert.lengthOf(await members(), 2);
    const within = { ...allChanges, organizations: ['acme'] };
    assert.deepEqual(
      (await changes.list(within)).changes.map(({ change }) => change),
      [made],
    );
    const foreign = { caller: { name: 'x', organizations: ['other'], mayProvision: true } };
    assert.equal(codeOf(await changes.ask(asked(edits, foreign))), 'forbidden');
    assert.equal(codeOf(await changes.ask(reverting(made, foreign))), 'unknown-change');
    idOf(await changes.ask(reverting(made)));
    assert.deepEqual(await publishedTexts(opened().database), texts);
    assert.isEmpty(await members());
  });

  it('of memberships at run time alone make no release', async () => {
    const answer = await changes.ask(asked([give('eve', 'writer')]));
    assert.deepEqual(answer.kind === 'written' && answer.head.written, { members: 1 });
    assert.equal(await support(), supportYaml);
    assert.deepEqual(await members(), ['eve at support: writer, 2']);
    const took = await changes.ask(asked([{ edit: 'member.remove', workspace: 'support', subject: 'eve' }]));
    idOf(took);
    assert.isEmpty(await members());
    assert.isEmpty(await addedRulesOf(opened().database));
  });

  it('are undone to the byte, files and rows, by whoever may, and around what others did since', async () => {
    await giveAtRunTime(opened().database, 'dee', ['writer']);
    const first = idOf(await changes.ask(asked([allow, give('dee', 'member')])));
    idOf(await changes.ask(asked([give('cy', 'writer')])));
    assert.equal(
      codeOf(await changes.ask(reverting(first, { actor: { type: 'user', id: 'cy' } }))),
      'actor-not-allowed',
    );
    const undone = await changes.ask(reverting(first));
    assert.equal(undone.kind === 'written' && undone.head.reverts, first);
    assert.equal(await support(), supportYaml.replace('cy: member', 'cy: writer'));
    assert.match((await members())[0] ?? '', /^dee at support: writer,/);
    idOf(await changes.ask(reverting(idOf(undone))));
    assert.include(await support(), '[doc:edit, people:manage]');
    assert.match((await members())[0] ?? '', /^dee at support: member,/);
  });

  it('are not undone where the same lines or members were changed since, nor where nobody made them', async () => {
    const first = idOf(await changes.ask(asked([give('cy', 'writer')])));
    idOf(await changes.ask(asked([give('cy', 'admin')])));
    assert.equal(codeOf(await changes.ask(reverting(first))), 'changed-meanwhile');
    const second = idOf(await changes.ask(asked([give('dee', 'writer')])));
    await giveAtRunTime(opened().database, 'dee', ['member']);
    assert.equal(codeOf(await changes.ask(reverting(second))), 'changed-meanwhile');
    assert.equal(codeOf(await changes.ask(reverting('0000000009-aaaaaaaa'))), 'unknown-change');
  });

  it('bring back who was moved from a role that was deleted, when that is undone', async () => {
    await giveAtRunTime(opened().database, 'dee', ['writer']);
    const remove: AskedEdit = { edit: 'role.delete', workspace: 'support', role: 'writer' };
    const unconfirmed = await changes.ask(asked([remove]));
    assert.equal(codeOf(unconfirmed), 'unconfirmed');
    const data = unconfirmed.kind === 'refused' ? unconfirmed.data : undefined;
    assert.deepEqual(
      data?.affected.map(({ subject }) => subject),
      ['bo', 'dee'],
    );
    const removed = idOf(await changes.ask(asked([{ ...remove, confirm: data?.confirm ?? '' }])));
    assert.deepEqual(await members(), ['dee at support: member, 4']);
    idOf(await changes.ask(reverting(removed)));
    assert.equal(await support(), supportYaml);
    assert.match((await members())[0] ?? '', /^dee at support: writer,/);
  });

  it('are made once for a key that is sent again, for a day, and another change with that key is refused', async () => {
    const idempotency = { key: 'k1', digest: 'd1' };
    const first = await changes.ask(asked([give('cy', 'writer')], { idempotency }));
    const again = await changes.ask(asked([give('cy', 'writer')], { idempotency }));
    assert.deepEqual(again, { kind: 'written', head: first.kind === 'written' ? first.head : assert.fail() });
    const other = await changes.ask(asked([allow], { idempotency: { key: 'k1', digest: 'd2' } }));
    assert.equal(codeOf(other), 'idempotency-key-reused');
    const caller = { name: 'other', organizations: undefined, mayProvision: false };
    idOf(await changes.ask(asked([give('bo', 'member')], { idempotency, caller })));
    assert.lengthOf((await changes.list(allChanges)).changes, 2);
    const later = changesOf(connection, () => Date.now() + 25 * 60 * 60 * 1000);
    idOf(await later.ask(asked([allow], { idempotency: { key: 'k1', digest: 'd2' } })));
    assert.lengthOf((await changes.list(allChanges)).changes, 3);
  });

  it('keep what an object was when it was judged, and run again on what is otherwise new', async () => {
    const other = connectionTo(opened().text);
    const others = changesOf(other);
    try {
      await Promise.all([
        changes.ask(asked([allow])),
        others.ask(asked([give('cy', 'writer')])),
        changes.ask(asked([give('dee', 'writer')])),
        others.ask(asked([give('eve', 'member')])),
      ]);
      assert.equal(
        await support(),
        supportYaml.replace('[doc:edit]', '[doc:edit, people:manage]').replace('cy: member', 'cy: writer'),
      );
      assert.lengthOf(await members(), 2);
      const stale = await changes.ask(asked([{ ...give('cy', 'admin'), etag: 'nothing-like-it' }]));
      assert.equal(codeOf(stale), 'changed-meanwhile');
      const row = await changes.ask(asked([{ ...give('dee', 'member'), etag: 'nothing-like-it' }]));
      assert.equal(codeOf(row), 'changed-meanwhile');
    } finally {
      await other.close();
    }
  });

  it('judge the actor by what holds at run time, now', async () => {
    const byDee = { actor: { type: 'user', id: 'dee' } };
    assert.equal(codeOf(await changes.ask(asked([allow], byDee))), 'actor-not-allowed');
    await giveAtRunTime(opened().database, 'dee', ['admin']);
    idOf(await changes.ask(asked([give('eve', 'writer')], byDee)));
    await giveAtRunTime(opened().database, 'dee', ['member']);
    assert.equal(codeOf(await changes.ask(asked([give('eve', 'member')], byDee))), 'actor-not-allowed');
  });

  it('are refused as at every other door, and nothing is written', async () => {
    const until = '2020-01-01';
    const wrong: readonly (readonly [AskedEdit[], string])[] = [
      [[give('dee', 'nobody')], 'unknown-role'],
      [[{ ...give('dee', 'writer'), roles: [{ role: 'writer', until }] } as AskedEdit], 'bad-period'],
      [[{ edit: 'member.remove', workspace: 'support', subject: 'dee' }], 'unknown-member'],
      [
        [{ edit: 'member.set', workspace: 'nowhere', subject: 'dee', roles: [{ role: 'member' }] }],
        'unknown-workspace',
      ],
      [[{ edit: 'role.change', workspace: 'support', role: 'nobody', allow: ['doc:edit'] }], 'unknown-role'],
      [[{ edit: 'role.change', workspace: 'support', role: 'writer', allow: ['doc:burn'] }], 'unknown-permission'],
      [[{ edit: 'role.create', workspace: 'support', role: 'writer' }], 'role-exists'],
      [[{ edit: 'workspace.create', workspace: 'hr' }], 'forbidden'],
      [[give('eve', 'writer'), give('dee', 'nobody')], 'unknown-role'],
      [[give('с\u0443', 'writer')], 'look-alike'],
    ];
    for (const [edits, code] of wrong)
      assert.equal(codeOf(await changes.ask(asked(edits))), code, JSON.stringify(edits));
    assert.lengthOf(await historyOf(opened().database), 1);
    assert.isEmpty(await members());
  });

  it('are listed by what they are about, in pages, and to a token of other organizations not at all', async () => {
    for (const subject of ['dee', 'eve', 'fay']) idOf(await changes.ask(asked([give(subject, 'writer')])));
    idOf(await changes.ask(asked([allow])));
    const subjects = async (filter: object): Promise<number> =>
      (await changes.list({ ...allChanges, ...filter })).changes.length;
    assert.equal(await subjects({ subject: 'eve' }), 1);
    assert.equal(await subjects({ role: 'writer' }), 4);
    assert.equal(await subjects({ workspace: 'sales' }), 0);
    assert.equal(await subjects({ organizations: ['acme'] }), 0);
    const first = await changes.list({ ...allChanges, limit: 3 });
    assert.lengthOf(first.changes, 3);
    const rest = await changes.list({ ...allChanges, limit: 3, after: first.next ?? '' });
    assert.lengthOf(rest.changes, 1);
    assert.isUndefined(rest.next);
  });
});
