import { assert } from 'chai';
import { events } from '../../../../src/store/database/tables/entities.ts';
import { publishRelease, type PublishOutcome } from '../../../../src/store/database/releases/publish-release.ts';
import { readReleases } from '../../../../src/store/database/releases/read-releases.ts';
import { restoreRelease } from '../../../support/restore-release.ts';
import {
  acme,
  addedRulesOf,
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

/** The team leads of the small policy are no role any more. */
const withoutLeads = (retired: string) => (text: string) =>
  text
    .replace(/ {2}team-lead:\n(?: {4}.*\n)+/, '')
    .replace('ana@acme.example: team-lead', 'ana@acme.example: member')
    .replace('members:', `${retired}members:`);

const movesOf = ({ moves }: PublishOutcome): string[] =>
  moves.map(({ member, after, cause }) => {
    const roles = after.map(({ role }) => role).join(' and ');
    return `${member.subject.id}: ${cause.kind}, ${roles === '' ? 'nothing' : roles}`;
  });

onEachDatabase('a publication', (opened) => {
  beforeEach(() => publishRelease(opened().database, publicationOf()));

  it('leaves memberships at run time alone that it has a place for', async () => {
    const { database } = opened();
    await change(database, policy, request('dee', ['team-lead']));
    await change(database, policy, request('eve', ['company-admin'], { place: acme }));
    const [members, rules] = [await membersOf(database), await addedRulesOf(database)];
    const outcome = await publishRelease(
      database,
      publicationOf({ [policies]: (text) => text.replace('Team lead', 'Lead') }),
    );
    assert.deepEqual(outcome.moves, []);
    assert.deepEqual(outcome.state, await stateOf(database));
    assert.equal(outcome.replaced?.sequence, 1);
    assert.deepEqual(await membersOf(database), members);
    assert.deepEqual(await addedRulesOf(database), rules);
    assert.equal((await historyOf(database)).at(-1), '4 release 2, by ana');
  });

  it('moves the holders of a deleted role to where `retired` says, with events of the publisher', async () => {
    const { database } = opened();
    const until = '2026-12-31';
    await change(database, policy, request('dee', [{ role: 'team-lead', until, reason: 'holiday' }, 'trainee']));
    await change(database, policy, request('eve', ['trainee']));
    const edits = { [policies]: withoutLeads('retired: { team-lead: trainee }\n') };
    const outcome = await publishRelease(database, publicationOf(edits, { author: 'pat' }));
    assert.deepEqual(movesOf(outcome), ['dee: roles-gone, trainee']);
    // Who holds it for ever does not hold it until New Year's Eve as well.
    assert.deepEqual(await membersOf(database), ['dee at support: trainee, 5', 'eve at support: trainee, 3']);
    assert.deepEqual(await addedRulesOf(database), [
      'g user:dee role:support/trainee support',
      'g user:eve role:support/trainee support',
    ]);
    assert.deepEqual((await historyOf(database)).slice(3), [
      '4 release 2, by pat',
      '5 dee at support: team-lead and trainee to trainee, by who published, pat',
    ]);
    const event = await database.read((manager) => manager.findOneByOrFail(events, { sequence: 5 }));
    assert.equal(event.reason, 'role `team-lead` is gone, and `trainee` takes its place');
    assert.equal(event.release, 2);
    const sequences = (await readReleases(database, 9)).map(({ reached }) => reached.sequence);
    assert.deepEqual(sequences, [5, 1]);
  });

  it('moves them to the default role when nothing is said, with the time and the reason they had', async () => {
    const { database } = opened();
    await change(database, policy, request('dee', [{ role: 'team-lead', until: '2026-12-31', reason: 'holiday' }]));
    await publishRelease(database, publicationOf({ [policies]: withoutLeads('') }));
    const [row] = await database.read((manager) => manager.find(events, { order: { sequence: 'DESC' }, take: 1 }));
    assert.equal(row?.heldAfter, '[{"role":"member","until":"2026-12-31","reason":"holiday"}]');
  });

  it('ends what has no place: a role without an heir, a workspace, an organization, a subject type', async () => {
    const { database } = opened();
    await change(database, policy, request('dee', ['team-lead']));
    await change(database, policy, request('eve', ['company-admin'], { place: acme }));
    await change(database, policy, request('fay', ['trainee', 'team-lead']));
    const edits = {
      'roles.yaml': (text: string) => text.replace('defaultRole: member\n', ''),
      [policies]: withoutLeads(''),
    };
    const noHeir = await publishRelease(database, publicationOf(edits, { endMemberships: 1 }));
    assert.deepEqual(movesOf(noHeir), ['dee: roles-gone, nothing', 'fay: roles-gone, trainee']);
    assert.deepEqual(await addedRulesOf(database), [
      'g user:eve role:company-admin support',
      'g user:fay role:support/trainee support',
    ]);
    const renamed = {
      'policies/organization.yaml': (text: string) => text.replace('organization: acme', 'organization: umbrella'),
      [policies]: (text: string) => text.replace('workspace: support', 'workspace: help'),
    };
    const noPlace = await publishRelease(database, publicationOf(renamed, { endMemberships: 2 }));
    assert.deepEqual(movesOf(noPlace), ['eve: place-gone, nothing', 'fay: place-gone, nothing']);
    assert.deepEqual(await membersOf(database), []);
    assert.deepEqual(await addedRulesOf(database), []);
    await publishRelease(database, publicationOf());
    await change(database, policy, request('dee', ['member']));
    const types = { 'roles.yaml': (text: string) => `subjectTypes: [person]\n${text}` };
    assert.deepEqual(movesOf(await publishRelease(database, publicationOf(types, { endMemberships: 1 }))), [
      'dee: subject-type-gone, nothing',
    ]);
  });

  it('does not move organization-wide holders to a role of workspaces', async () => {
    const { database } = opened();
    await change(database, policy, request('eve', ['company-admin'], { place: acme }));
    const edits = {
      'roles.yaml': (text: string) => text.replace(', spans: organization', ''),
      'policies/organization.yaml': (text: string) => text.replace(/members:\n.*\n/, ''),
    };
    const outcome = await publishRelease(database, publicationOf(edits, { endMemberships: 1 }));
    assert.deepEqual(movesOf(outcome), ['eve: roles-gone, nothing']);
    assert.deepEqual(await addedRulesOf(database), []);
  });

  it('takes over a member that YAML names at the same place, and no other', async () => {
    const { database } = opened();
    await change(database, policy, request('dee', ['team-lead']));
    await change(database, policy, request('eve', ['company-admin'], { place: acme }));
    const named = (text: string): string => text.replace('members:', 'members:\n  dee: trainee\n  eve: member');
    const outcome = await publishRelease(database, publicationOf({ [policies]: named }));
    assert.deepEqual(movesOf(outcome), ['dee: taken-over, nothing']);
    assert.deepEqual(await membersOf(database), ['eve at acme: company-admin, 3']);
    const event = await database.read((manager) => manager.findOneByOrFail(events, { sequence: 5 }));
    assert.equal(event.reason, 'git takes over at policies/support.yaml:13:3');
    // What git gives up again does not come back by itself.
    await publishRelease(database, publicationOf());
    assert.deepEqual(await membersOf(database), ['eve at acme: company-admin, 3']);
  });

  it('gives organization-wide members a row for each new workspace', async () => {
    const { database } = opened();
    await change(database, policy, request('eve', ['company-admin'], { place: acme }));
    const publication = publicationOf();
    const text = 'workspace: sales\ntitle: Sales\nmembers:\n  wim@acme.example: workspace-admin\n';
    const files = [...publication.files, { path: 'policies/sales.yaml', content: Buffer.from(text) }];
    const { compilePolicy } = await import('../../../../src/compile/compile-policy.ts');
    const larger = compilePolicy(files, publication.now()).policy ?? assert.fail('it has errors');
    await publishRelease(database, { ...publication, policy: larger, files });
    assert.deepEqual(await addedRulesOf(database), [
      'g user:eve role:company-admin support',
      'g user:eve role:company-admin sales',
    ]);
    await publishRelease(database, publication);
    assert.deepEqual(await addedRulesOf(database), ['g user:eve role:company-admin support']);
  });

  it('of the same revision brings the rows of run-time memberships to the time, and gives lost ones back', async () => {
    const { database } = opened();
    await change(database, policy, request('dee', [{ role: 'member', until: '2026-12-31' }, 'trainee']));
    assert.equal((await publishRelease(database, publicationOf())).outcome, 'unchanged');
    const nextYear = publicationOf({}, { atMs: Date.UTC(2027, 0, 1) });
    const renewed = await publishRelease(database, nextYear);
    assert.deepInclude(renewed, { outcome: 'renewed', moves: [], state: await stateOf(database) });
    assert.deepEqual(await addedRulesOf(database), ['g user:dee role:support/trainee support']);
    await database.write((manager) => manager.query('DELETE FROM casbin_rule WHERE id > 0'));
    assert.equal((await publishRelease(database, nextYear)).outcome, 'renewed');
    assert.deepEqual(await addedRulesOf(database), ['g user:dee role:support/trainee support']);
    assert.equal((await publishRelease(database, nextYear)).outcome, 'unchanged');
    assert.lengthOf(await historyOf(database), 2);
  });

  it('leaves rows alone that somebody else added, even one like ours', async () => {
    const { database } = opened();
    const statement = "INSERT INTO casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:dee', 'role:member', 'support')";
    await database.write((manager) => manager.query(statement));
    await change(database, policy, request('dee', ['member']));
    assert.lengthOf(await addedRulesOf(database), 2);
    await change(database, policy, request('dee', []));
    assert.deepEqual(await addedRulesOf(database), ['g user:dee role:member support']);
    await publishRelease(database, publicationOf({ [policies]: withoutLeads('') }));
    assert.deepEqual(await addedRulesOf(database), ['g user:dee role:member support']);
  });

  it('that is a rollback does the same to run-time memberships as any other', async () => {
    const { database } = opened();
    const more = (text: string): string =>
      text.replace('members:', '  helper: { title: Helper, grants: [] }\nmembers:');
    const second = publicationOf({ [policies]: more });
    await publishRelease(database, second);
    await change(database, second.policy, request('dee', ['helper']));
    const by = { author: 'pat', atMs: second.now() };
    const outcome = await restoreRelease(database, policy.revision, by);
    assert.deepEqual(movesOf(outcome), ['dee: roles-gone, member']);
    assert.deepEqual(await membersOf(database), ['dee at support: member, 5']);
  });
});
