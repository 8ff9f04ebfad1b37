import { assert } from 'chai';
import { publishRelease, type PublishOutcome } from '../../../../src/store/database/releases/publish-release.ts';
import {
  acme,
  addedRulesOf,
  change,
  historyOf,
  membersOf,
  onEachDatabase,
  publicationOf,
  request,
} from '../../../support/opened-databases.ts';
import { restoreRelease } from '../../../support/restore-release.ts';

const { policy } = publicationOf();
const company = 'policies/organization.yaml';
const file = 'policies/support.yaml';
const edits = {
  [company]: (text: string) => text.replace('organization: acme', 'organization: umbrella\nformerly: acme'),
  [file]: (text: string) => text.replace('workspace: support', 'workspace: help\nformerly: support'),
};
const help = { kind: 'workspace', id: 'help' } as const;

const movesOf = ({ moves }: PublishOutcome): string[] =>
  moves.map(({ member, after, cause }) => {
    const roles = after.map(({ role }) => role).join(' and ');
    return `${member.subject.id} at ${member.place.id}: ${cause.kind}, ${roles === '' ? 'nothing' : roles}`;
  });

onEachDatabase('a publication that renames a workspace and its organization', (opened) => {
  beforeEach(async () => {
    const { database } = opened();
    await publishRelease(database, publicationOf());
    await change(database, policy, request('dee', [{ role: 'team-lead', until: '2027-01-01', reason: 'x' }]));
    await change(database, policy, request('eve', ['company-admin'], { place: acme }));
  });

  it('takes the memberships along, with their time, their reason, and an event at each end', async () => {
    const { database } = opened();
    const outcome = await publishRelease(database, publicationOf(edits));
    assert.deepEqual(movesOf(outcome), [
      'eve at acme: place-renamed, nothing',
      'eve at umbrella: place-renamed, company-admin',
      'dee at help: place-renamed, team-lead',
      'dee at support: place-renamed, nothing',
    ]);
    assert.deepEqual(outcome.moves[2]?.after, [{ role: 'team-lead', until: '2027-01-01', reason: 'x' }]);
    assert.deepEqual(await membersOf(database), ['dee at help: team-lead, 7', 'eve at umbrella: company-admin, 6']);
    assert.sameMembers(await addedRulesOf(database), [
      'g user:dee role:help/team-lead help',
      'g user:eve role:company-admin help',
    ]);
    assert.deepEqual((await historyOf(database)).slice(4), [
      '5 eve at acme: company-admin to nothing, by who published, ana',
      '6 eve at umbrella: nothing to company-admin, by who published, ana',
      '7 dee at help: nothing to team-lead, by who published, ana',
      '8 dee at support: team-lead to nothing, by who published, ana',
    ]);
    const again = await publishRelease(database, publicationOf(edits));
    assert.equal(again.outcome, 'unchanged');
  });

  it('moves holders of a role that is deleted with it to where `retired` of the new place says', async () => {
    const { database } = opened();
    const outcome = await publishRelease(
      database,
      publicationOf({
        [file]: (text) =>
          edits[file](text)
            .replace(/ {2}team-lead:\n(?: {4}.*\n)+/, '')
            .replace('ana@acme.example: team-lead', 'ana@acme.example: member')
            .replace('members:', 'retired: { team-lead: trainee }\nmembers:'),
      }),
    );
    assert.deepEqual(movesOf(outcome), ['dee at help: roles-gone, trainee', 'dee at support: place-renamed, nothing']);
    const back = await restoreRelease(database, policy.revision, { author: 'ana', atMs: request('', []).atMs });
    assert.include(movesOf(back), 'dee at support: place-renamed, team-lead');
    assert.include(await membersOf(database), 'dee at support: team-lead, 9');
  });

  it('lets git take over whom the renamed workspace lists, and keeps what is held there already', async () => {
    const { database } = opened();
    const both = {
      [file]: (text: string) => edits[file](text).replace('members:', 'members:\n  dee: member'),
    };
    assert.deepEqual(movesOf(await publishRelease(database, publicationOf(both))), [
      'dee at support: taken-over, nothing',
    ]);
    assert.deepEqual(await membersOf(database), ['eve at acme: company-admin, 3']);
  });

  it('asks before it ends what would meet another membership', async () => {
    const { database } = opened();
    await change(database, policy, request('dee', ['member'], { place: help }));
    const refused = await publishRelease(database, publicationOf(edits)).then(
      () => assert.fail('published'),
      (error: unknown) => String(error),
    );
    assert.include(refused, '1 memberships at run time would end, and none may');
    const outcome = await publishRelease(database, publicationOf(edits, { endMemberships: 1 }));
    assert.include(movesOf(outcome), 'dee at support: place-taken, nothing');
    assert.include(await membersOf(database), 'dee at help: member, 4');
  });

  it('is undone by a rollback and by a publication, with what was changed since', async () => {
    const { database } = opened();
    const renamed = publicationOf(edits);
    await publishRelease(database, renamed);
    await change(database, renamed.policy, request('dee', ['trainee'], { place: help }));
    await change(database, renamed.policy, request('fay', ['member'], { place: help }));
    await restoreRelease(database, policy.revision, { author: 'ana', atMs: request('', []).atMs });
    const members = (await membersOf(database)).map((line) => line.replace(/, \d+$/, ''));
    assert.deepEqual(members, ['eve at acme: company-admin', 'dee at support: trainee', 'fay at support: member']);
    await publishRelease(database, renamed);
    await publishRelease(database, publicationOf());
    assert.deepEqual(
      (await membersOf(database)).map((line) => line.replace(/, \d+$/, '')),
      members,
    );
    assert.sameMembers(await addedRulesOf(database), [
      'g user:dee role:support/trainee support',
      'g user:eve role:company-admin support',
      'g user:fay role:member support',
    ]);
  });

  it('ends what is at a place that is gone and was never renamed', async () => {
    const { database } = opened();
    const gone = { [file]: (text: string) => text.replace('workspace: support', 'workspace: help') };
    const outcome = await publishRelease(database, publicationOf(gone, { endMemberships: 1 }));
    assert.deepEqual(movesOf(outcome), ['dee at support: place-gone, nothing']);
  });
});
