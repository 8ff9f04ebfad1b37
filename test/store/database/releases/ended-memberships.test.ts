import { assert } from 'chai';
import type { Database } from '../../../../src/store/database/database.ts';
import { formatDatabaseRevision } from '../../../../src/policy/database-revision.ts';
import {
  MembershipsEnd,
  publishRelease,
  type Publication,
  type PublishOutcome,
} from '../../../../src/store/database/releases/publish-release.ts';
import { casbinRules, releases } from '../../../../src/store/database/tables/entities.ts';
import { restoreRelease } from '../../../support/restore-release.ts';
import {
  acme,
  addedRulesOf,
  atMs,
  change,
  historyOf,
  membersOf,
  onEachDatabase,
  publicationOf,
  request,
  stateOf,
} from '../../../support/opened-databases.ts';

const { policy } = publicationOf();
const policies = 'policies/support.yaml';
const organization = 'policies/organization.yaml';

const renamed = { [policies]: (text: string) => text.replace('workspace: support', 'workspace: help') };
const otherTitle = { [policies]: (text: string) => text.replace('Team lead', 'Lead') };
const deeInGit = { [policies]: (text: string) => text.replace('members:', 'members:\n  dee: member') };
const withoutLeads = {
  [policies]: (text: string) =>
    text
      .replace(/ {2}team-lead:\n(?: {4}.*\n)+/, '')
      .replace('ana@acme.example: team-lead', 'ana@acme.example: member'),
};

async function refusalOf(database: Database, publication: Publication): Promise<MembershipsEnd> {
  const refusal: unknown = await publishRelease(database, publication).then(
    () => assert.fail('it was published'),
    (error: unknown) => error,
  );
  return refusal instanceof MembershipsEnd ? refusal : assert.fail(String(refusal));
}

const namesOf = ({ ended }: MembershipsEnd): string[] =>
  ended.map(({ member, cause }) => `${member.subject.id}: ${cause.kind}`);

const movesOf = ({ moves }: PublishOutcome): string[] =>
  moves.map(({ member, after, cause }) => {
    const roles = after.map(({ role }) => role).join(' and ');
    return `${member.subject.id}: ${cause.kind}, ${roles === '' ? 'nothing' : roles}`;
  });

/** All that a refused publication must leave as it was. */
async function everythingIn(database: Database): Promise<unknown> {
  const rows = await database.read(async (manager) => ({
    rules: await manager.find(casbinRules, { order: { id: 'ASC' } }),
    releases: await manager.find(releases, { order: { sequence: 'ASC' } }),
  }));
  return { ...rows, history: await historyOf(database), members: await membersOf(database) };
}

onEachDatabase('memberships that a publication would end', (opened) => {
  beforeEach(async () => {
    const { database } = opened();
    await publishRelease(database, publicationOf());
    for (const id of ['dee', 'eve']) await change(database, policy, request(id, ['team-lead']));
    await change(database, policy, request('fay', ['company-admin'], { place: acme }));
  });

  it('keep it from being published, whatever would end them', async () => {
    const { database } = opened();
    const before = await everythingIn(database);
    const edits: [string, Parameters<typeof publicationOf>[0], string[]][] = [
      ['the workspace is renamed', renamed, ['dee: place-gone', 'eve: place-gone']],
      [
        'the organization is renamed',
        { [organization]: (text) => text.replace('organization: acme', 'organization: umbrella') },
        ['fay: place-gone'],
      ],
      ['there is no organization', { [organization]: () => '' }, ['fay: place-gone']],
      [
        'another product is published',
        { ...renamed, [organization]: () => '' },
        ['fay: place-gone', 'dee: place-gone', 'eve: place-gone'],
      ],
      [
        'the subject type is gone',
        { 'roles.yaml': (text) => `subjectTypes: [person]\n${text}` },
        ['fay: subject-type-gone', 'dee: subject-type-gone', 'eve: subject-type-gone'],
      ],
      [
        'their role is gone and nothing takes its place',
        { ...withoutLeads, 'roles.yaml': (text) => text.replace('defaultRole: member\n', '') },
        ['dee: roles-gone', 'eve: roles-gone'],
      ],
    ];
    for (const [what, edit, ended] of edits) {
      const refusal = await refusalOf(database, publicationOf(edit));
      assert.deepEqual(namesOf(refusal), ended, what);
      assert.deepEqual(await everythingIn(database), before, what);
    }
  });

  it('are ended when somebody names just how many', async () => {
    const { database } = opened();
    const before = await everythingIn(database);
    for (const wrong of [1, 3, 20]) {
      const refusal = await refusalOf(database, publicationOf(renamed, { endMemberships: wrong }));
      assert.deepInclude(refusal, { agreed: wrong });
      assert.lengthOf(refusal.ended, 2);
      assert.deepEqual(await everythingIn(database), before);
    }
    const outcome = await publishRelease(database, publicationOf(renamed, { endMemberships: 2 }));
    assert.deepEqual(movesOf(outcome), ['dee: place-gone, nothing', 'eve: place-gone, nothing']);
    assert.deepEqual(await membersOf(database), ['fay at acme: company-admin, 4']);
  });

  it('are counted anew: a number of before somebody came is refused', async () => {
    const { database, connect } = opened();
    const { ended } = await refusalOf(database, publicationOf(renamed));
    await change(await connect('write'), policy, request('gus', ['member']));
    const refusal = await refusalOf(database, publicationOf(renamed, { endMemberships: ended.length }));
    assert.lengthOf(refusal.ended, 3);
    // Nor is it taken where nothing ends any more: the next time it may say just that number.
    assert.lengthOf((await refusalOf(database, publicationOf(otherTitle, { endMemberships: 2 }))).ended, 0);
  });

  it('are not those that git takes over by name, and none of those that get another role', async () => {
    const { database } = opened();
    const outcome = await publishRelease(database, publicationOf(deeInGit));
    assert.deepEqual(movesOf(outcome), ['dee: taken-over, nothing']);
    const moved = await publishRelease(database, publicationOf(withoutLeads));
    assert.deepEqual(movesOf(moved), ['eve: roles-gone, member']);
  });

  it('come back with a rollback, with their times, reasons and rows', async () => {
    const { database } = opened();
    const timed = [{ role: 'trainee', until: '2999-01-01T00:00:00Z', reason: 'shift' }];
    await change(database, policy, request('dee', timed));
    const [members, rules] = [await membersOf(database), await addedRulesOf(database)];
    await publishRelease(database, publicationOf(renamed, { endMemberships: 2 }));
    assert.lengthOf(await membersOf(database), 1);
    const back = await restoreRelease(database, policy.revision, { author: 'pat', atMs });
    assert.deepEqual(movesOf(back), ['dee: returned, trainee', 'eve: returned, team-lead']);
    const names = (rows: string[]): string[] => rows.map((row) => row.replace(/, \d+$/, ''));
    assert.deepEqual(names(await membersOf(database)), names(members));
    assert.sameMembers(await addedRulesOf(database), rules);
    assert.deepEqual(back.state, await stateOf(database));
    assert.deepEqual((await historyOf(database)).slice(-2), [
      '10 dee at support: nothing to trainee, by who published, pat',
      '11 eve at support: nothing to team-lead, by who published, pat',
    ]);
    const [dee] = back.moves;
    assert.deepEqual(dee?.after, timed);
    // They are members like any others again.
    const again = await change(database, policy, request('dee', ['member']));
    assert.deepEqual(again.before?.assignments, timed);
  });

  it('come back from several publications, as they were before the first of them', async () => {
    const { database } = opened();
    await publishRelease(database, publicationOf(withoutLeads));
    const both = (text: string): string => renamed[policies](withoutLeads[policies](text));
    await publishRelease(database, publicationOf({ [policies]: both }, { endMemberships: 2 }));
    await publishRelease(database, publicationOf({ [policies]: () => '' }, { endMemberships: 0 }));
    const back = await restoreRelease(database, policy.revision, { author: 'pat', atMs });
    assert.deepEqual(movesOf(back), ['dee: returned, team-lead', 'eve: returned, team-lead']);
  });

  it('come back to the custom role that was deleted', async () => {
    const { database } = opened();
    await publishRelease(database, publicationOf(withoutLeads));
    assert.deepEqual((await membersOf(database))[1]?.replace(/, \d+$/, ''), 'dee at support: member');
    const back = await restoreRelease(database, policy.revision, { author: 'pat', atMs });
    assert.deepEqual(movesOf(back), ['dee: returned, team-lead', 'eve: returned, team-lead']);
    assert.include(await addedRulesOf(database), 'g user:dee role:support/team-lead support');
  });

  it('stay as somebody made them since', async () => {
    const { database } = opened();
    await publishRelease(database, publicationOf(withoutLeads));
    const later = publicationOf(withoutLeads).policy;
    // Whose role was taken is given another; who was moved is sent away.
    await change(database, later, request('dee', ['trainee']));
    await change(database, later, request('eve', []));
    const back = await restoreRelease(database, policy.revision, { author: 'pat', atMs });
    assert.deepEqual(movesOf(back), []);
    assert.deepEqual(
      (await membersOf(database)).map((row) => row.replace(/, \d+$/, '')),
      ['fay at acme: company-admin', 'dee at support: trainee'],
    );
  });

  it('come back when a person changed them before they ended', async () => {
    const { database } = opened();
    await publishRelease(database, publicationOf(otherTitle));
    await change(database, policy, request('dee', ['trainee']));
    await change(database, policy, request('gus', ['member']));
    await publishRelease(database, publicationOf(renamed, { endMemberships: 3 }));
    const back = await restoreRelease(database, policy.revision, { author: 'pat', atMs });
    assert.deepEqual(movesOf(back), ['dee: returned, trainee', 'eve: returned, team-lead', 'gus: returned, member']);
  });

  it('do not come back where the files list them, have no such role or no such place', async () => {
    const { database } = opened();
    const both = (text: string): string => deeInGit[policies](withoutLeads[policies](text));
    const first = await publishRelease(database, publicationOf({ [policies]: both }));
    assert.deepEqual(movesOf(first), ['dee: taken-over, nothing', 'eve: roles-gone, member']);
    await publishRelease(database, publicationOf({ ...renamed, [organization]: () => '' }, { endMemberships: 2 }));
    const back = await restoreRelease(database, first.release.revision, { author: 'pat', atMs });
    assert.deepEqual(movesOf(back), ['fay: returned, company-admin', 'eve: returned, member']);
    const { revision } = publicationOf(renamed).policy;
    await publishRelease(database, publicationOf(renamed, { endMemberships: 1 }));
    await restoreRelease(database, policy.revision, { author: 'pat', atMs });
    // A rollback that would end them is refused just so.
    const refused: unknown = await restoreRelease(database, revision, { author: 'pat', atMs }).catch(
      (error: unknown) => error,
    );
    if (!(refused instanceof MembershipsEnd)) assert.fail(String(refused));
    assert.deepEqual(namesOf(refused), ['dee: place-gone', 'eve: place-gone']);
    await restoreRelease(database, revision, { author: 'pat', atMs, endMemberships: 2 });
  });

  it('come back although their policy was published again since, when its release is named', async () => {
    const { database } = opened();
    const state = await stateOf(database);
    await publishRelease(database, publicationOf(renamed, { endMemberships: 2 }));
    await publishRelease(database, publicationOf());
    const newest = await restoreRelease(database, policy.revision, { author: 'pat', atMs });
    assert.deepInclude(newest, { outcome: 'unchanged', moves: [] });
    const named = formatDatabaseRevision(policy.revision, state);
    const back = await restoreRelease(database, named, { author: 'pat', atMs });
    assert.equal(back.outcome, 'published');
    assert.deepEqual(movesOf(back), ['dee: returned, team-lead', 'eve: returned, team-lead']);
    assert.equal((await restoreRelease(database, named, { author: 'pat', atMs })).outcome, 'unchanged');
    for (const wrong of [
      formatDatabaseRevision(policy.revision, { ...state, token: 'f'.repeat(32) }),
      formatDatabaseRevision(policy.revision, { ...state, sequence: 99 }),
      formatDatabaseRevision(policy.revision, { ...state, sequence: 2 ** 40 }),
      formatDatabaseRevision('000000000000', state),
    ]) {
      const refusal: unknown = await restoreRelease(database, wrong, { author: 'pat', atMs }).catch(
        (error: unknown) => error,
      );
      assert.match(String(refusal), /is not of the history of this database|no revision `000000000000`/, wrong);
    }
  });
});
