import { assert } from 'chai';
import { publishRelease, type Publication } from '../../../../src/store/database/releases/publish-release.ts';
import { PublicationRefused } from '../../../../src/store/database/releases/require-kept-rules.ts';
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

const rules = 'roles.yaml';
const policies = 'policies/support.yaml';
const { policy } = publicationOf();
const exclusive = (text: string): string => `${text}exclusive: [[conversation:assign, analytics:view]]\n`;
const analyst = (text: string): string => text.replace('members:', '  analyst: { grants: [analytics:view] }\nmembers:');
/** Nobody holds both, until a role grows or goes. */
const sound = publicationOf({
  [rules]: (text) =>
    exclusive(text).replace('grants: ["*"]', 'grants: [tag:create]').replace('grants: ["*"]', 'grants: [comment:send]'),
  [policies]: analyst,
});
const soundWith = (edit: (text: string) => string): Publication =>
  publicationOf({
    [rules]: (text) =>
      exclusive(text)
        .replace('grants: ["*"]', 'grants: [tag:create]')
        .replace('grants: ["*"]', 'grants: [comment:send]'),
    [policies]: (text) => edit(analyst(text)),
  });

onEachDatabase('a publication that members at run time cannot take', (opened) => {
  const refusalOf = async (publication: Publication): Promise<readonly string[]> => {
    const { database } = opened();
    const before = [await historyOf(database), await membersOf(database), await addedRulesOf(database)];
    try {
      await publishRelease(database, publication);
    } catch (error) {
      assert.instanceOf(error, PublicationRefused);
      assert.deepEqual([await historyOf(database), await membersOf(database), await addedRulesOf(database)], before);
      return error.broken.map(({ code, message }) => `${code}: ${message}`);
    }
    return [];
  };

  it('is refused whole when a role of theirs grows into what excludes another', async () => {
    const { database } = opened();
    await publishRelease(database, sound);
    await change(database, sound.policy, request('dee', ['team-lead', 'analyst-to-be', 'trainee']));
    const grown = soundWith((text) =>
      text.replace('    without: ["message:send@shared"]', '    grants: [analytics:view]'),
    );
    assert.deepEqual(await refusalOf(grown), [
      'exclusive-permissions: `dee` would hold both `conversation:assign` (`team-lead`) and `analytics:view` (`trainee`) in workspace `support`, which exclude each other',
    ]);
    await change(database, sound.policy, request('dee', ['team-lead']));
    assert.deepEqual(await refusalOf(grown), []);
  });

  it('is refused when it would bring somebody back who holds by now what that excludes', async () => {
    const { database } = opened();
    const analysts = (text: string): string =>
      exclusive(text)
        .replace('grants: ["*"]', 'grants: [tag:create]')
        .replace('grants: ["*"]', 'grants: [analytics:view]');
    const first = publicationOf({ [rules]: analysts });
    await publishRelease(database, first);
    await change(database, first.policy, request('dee', ['team-lead']));
    const renamed = publicationOf(
      { [rules]: analysts, [policies]: (text) => text.replace('workspace: support', 'workspace: help') },
      { endMemberships: 1 },
    );
    await publishRelease(database, renamed);
    await change(database, renamed.policy, request('dee', ['company-admin'], { place: acme }));
    assert.deepEqual(await refusalOf({ ...first, restores: 1 }), [
      'exclusive-permissions: `dee` would hold both `conversation:assign` (`team-lead`) and `analytics:view` (`company-admin`) in workspace `support`, which exclude each other',
    ]);
    await change(database, renamed.policy, request('dee', [], { place: acme }));
    assert.deepEqual(await refusalOf({ ...first, restores: 1 }), []);
    assert.include(await addedRulesOf(database), 'g user:dee role:support/team-lead support');
  });

  it('is refused when `retired` moves them to such a role', async () => {
    const { database } = opened();
    await publishRelease(database, sound);
    await change(database, sound.policy, request('dee', ['team-lead', 'trainee']));
    const moved = soundWith((text) =>
      text
        .replace(/ {2}trainee:\n(?: {4}.*\n)+/, '')
        .replace('  bo@acme.example: trainee\n', '')
        .replace('members:', 'retired: { trainee: analyst }\nmembers:'),
    );
    assert.lengthOf(await refusalOf(moved), 1);
  });

  it('is refused when it has a new rule that they break: exclusive, requires, holders', async () => {
    const { database } = opened();
    await publishRelease(database, publicationOf());
    await change(database, policy, request('dee', ['team-lead', 'trainee']));
    await change(database, policy, request('eve', ['company-admin'], { place: acme }));
    const requires = (text: string): string =>
      text.replace(
        'conversation:assign: Assign conversations',
        'conversation:assign: { title: Assign, requires: [analytics:view] }',
      );
    const lead = (text: string): string => text.replace('ana@acme.example: team-lead', 'ana@acme.example: member');
    assert.deepEqual(await refusalOf(publicationOf({ [rules]: requires, [policies]: lead })), [
      'missing-requirement: `dee` would hold `conversation:assign` (`team-lead`) and not `analytics:view` in workspace `support`, which it requires',
    ]);
    const holders = (text: string): string =>
      text.replace('spans: organization }', 'spans: organization, holders: 1 }');
    assert.deepEqual(await refusalOf(publicationOf({ [rules]: holders })), [
      'wrong-holders: organization `acme` would have 2 holders of `company-admin`; there must be exactly 1',
    ]);
  });

  it('is not refused for what they broke before', async () => {
    const { database } = opened();
    await publishRelease(database, sound);
    // As an earlier version let it be given.
    await change(database, sound.policy, request('dee', ['team-lead', 'analyst']));
    assert.deepEqual(await refusalOf(soundWith((text) => text.replace('Team lead', 'Lead'))), []);
    const worse = soundWith((text) =>
      text.replace('Team lead', 'Lead').replace('    without: ["message:send@shared"]', '    grants: [analytics:view]'),
    );
    await change(database, sound.policy, request('eve', ['team-lead', 'trainee']));
    assert.lengthOf(await refusalOf(worse), 1, 'eve alone');
  });
});
