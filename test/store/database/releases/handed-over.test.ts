import { assert } from 'chai';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { RuntimeMembers } from '../../../../src/engine/runtime-members.ts';
import type { Place } from '../../../../src/policy/runtime-member.ts';
import { parseSubject } from '../../../../src/policy/subject.ts';
import { judgeMemberChange } from '../../../../src/review/members/judge-member-change.ts';
import { changeMember } from '../../../../src/store/database/members/change-member.ts';
import { readMembers } from '../../../../src/store/database/members/read-changes.ts';
import {
  publishRelease,
  type Publication,
  type PublishOutcome,
} from '../../../../src/store/database/releases/publish-release.ts';
import { PublicationRefused } from '../../../../src/store/database/releases/require-kept-rules.ts';
import { casbinRules } from '../../../../src/store/database/tables/entities.ts';
import { acme, atMs, membersOf, onEachDatabase, stateOf, support } from '../../../support/opened-databases.ts';

const catalog = (holders: string): string => `subjectTypes: [user, service]
permissions:
  Team:
    team:manage: { title: Manage, controls: members }
    doc:read: Read
roles:
  reader: { grants: [doc:read] }
  captain: { grants: [doc:read], holders: ${holders} }
  owner: { grants: ["*"], spans: organization, holders: ${holders} }
  admin: { grants: ["*"], spans: organization }
`;

/** Who is listed in the company and in its workspace, in flow style. */
interface Listed {
  readonly company?: string;
  readonly workspace?: string;
  readonly holders?: string;
}

function publicationOf(listed: Listed, more: Partial<Publication> = {}): Publication {
  const { company = 'olu: owner, ada: admin', workspace = 'cat: captain', holders = '1' } = listed;
  const files = Object.entries({
    'roles.yaml': catalog(holders),
    'policies/organization.yaml': `organization: acme\nmembers: { ${company} }\n`,
    'policies/support.yaml': `workspace: support\nmembers: { ${workspace} }\n`,
  }).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const { policy, problems } = compilePolicy(files, atMs);
  if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
  return { policy, files, commit: undefined, author: 'ana', now: () => atMs, ...more };
}

onEachDatabase('a role that was handed over at run time', (opened) => {
  const publish = (listed: Listed, more: Partial<Publication> = {}): Promise<PublishOutcome> =>
    publishRelease(opened().database, publicationOf(listed, more));

  /** By the judge, on what the database holds. */
  const change = async (
    listed: Listed,
    place: Place,
    [id, ...roles]: readonly string[],
    inPlaceOf?: string,
  ): Promise<void> => {
    const { database } = opened();
    const { policy } = publicationOf(listed);
    const asked = {
      place,
      subject: parseSubject(id ?? '', 'user'),
      actor: parseSubject('ada', 'user'),
      assignments: roles.map((role) => ({ role })),
      ...(inPlaceOf === undefined ? {} : { inPlaceOf: { subject: parseSubject(inPlaceOf, 'user') } }),
    };
    const members = new RuntimeMembers(await database.read(readMembers));
    await changeMember(database, asked, {
      since: await stateOf(database),
      onMissed: () => undefined,
      judge: (before) => {
        const verdict = judgeMemberChange({ policy, members, atMs }, asked, before);
        return verdict.fault ? assert.fail(verdict.fault.message) : verdict;
      },
    });
  };

  const holdersOf = (role: string): Promise<string[]> =>
    opened().database.read(async (manager) => {
      const rows = await manager.find(casbinRules);
      return rows.flatMap(({ ptype, v0, v1 }) => (ptype === 'g' && v1 === `role:${role}` ? [v0] : [])).sort();
    });

  const refusalOf = async (listed: Listed, more: Partial<Publication> = {}): Promise<string[]> => {
    try {
      await publish(listed, more);
      return [];
    } catch (error) {
      if (!(error instanceof PublicationRefused)) throw error;
      return error.broken.map(({ code, message }) => `${code}: ${message}`);
    }
  };

  it('stays so through publications, for other Casbins, too, and each of them tells it', async () => {
    await publish({});
    assert.deepEqual([await holdersOf('owner'), await holdersOf('captain')], [['user:olu'], ['user:cat']]);
    await change({}, acme, ['nina', 'owner'], 'olu');
    await change({}, support, ['kim', 'captain'], 'cat');
    assert.deepEqual([await holdersOf('owner'), await holdersOf('captain')], [['user:nina'], ['user:kim']]);
    const again = await publish({});
    assert.strictEqual(again.outcome, 'renewed');
    const told = again.handedOver.map(({ subject, role, position }) => `${subject.id} ${role} ${position.file}`);
    assert.sameMembers(told, ['olu owner policies/organization.yaml', 'cat captain policies/support.yaml']);
    assert.strictEqual((await publish({})).outcome, 'unchanged');
    assert.deepEqual([await holdersOf('owner'), await holdersOf('captain')], [['user:nina'], ['user:kim']]);
    const edited = await publish({ company: 'olu: [owner, admin], ada: admin' });
    assert.deepEqual([edited.outcome, edited.moves, edited.handedOver.length], ['published', [], 2]);
    assert.deepEqual(await holdersOf('owner'), ['user:nina']);
    assert.deepEqual(await holdersOf('admin'), ['user:ada', 'user:olu']);
  });

  it('is so no more when YAML agrees, and nobody has to say that something ends', async () => {
    await publish({});
    await change({}, acme, ['nina', 'owner'], 'olu');
    const { moves } = await publish({ company: 'nina: owner, olu: admin, ada: admin' });
    assert.deepEqual(
      moves.map(({ member, cause }) => `${member.subject.id} ${cause.kind}`),
      ['nina taken-over', 'olu agreed'],
    );
    assert.deepEqual(await membersOf(opened().database), []);
    assert.deepEqual(await holdersOf('owner'), ['user:nina']);
    await publish({});
    assert.deepEqual(await holdersOf('owner'), ['user:olu'], 'YAML may give it back, since it says so anew');
  });

  it('is so again after the publication that agreed is rolled back', async () => {
    await publish({});
    await change({}, acme, ['nina', 'owner'], 'olu');
    await publish({ company: 'nina: owner, ada: admin' });
    await publish({}, { restores: 1 });
    assert.deepEqual(await holdersOf('owner'), ['user:nina']);
    assert.deepEqual(
      (await membersOf(opened().database)).map((line) => line.replace(/, \d+$/, '')),
      ['nina at acme: owner', 'olu at acme: owner'],
    );
  });

  it('goes with the place, and that ends nobody unasked', async () => {
    await publish({});
    await change({}, support, ['kim', 'captain'], 'cat');
    await change({}, support, ['cat', 'captain'], 'kim');
    assert.deepEqual(await membersOf(opened().database), []);
    await change({}, support, ['kim', 'captain'], 'cat');
    const { policy, files } = publicationOf({});
    const gone = files.filter(({ path }) => path !== 'policies/support.yaml');
    const without = compilePolicy(gone, atMs).policy ?? assert.fail();
    const { moves } = await publishRelease(opened().database, {
      ...publicationOf({}, { endMemberships: 1 }),
      policy: without,
      files: gone,
    });
    assert.deepEqual(
      moves.map(({ member, cause }) => `${member.subject.id} ${cause.kind}`),
      ['cat agreed', 'kim place-gone'],
    );
    assert.strictEqual(policy.workspaces.size, 1);
  });

  describe('and the last one who must hold it', () => {
    for (const holders of ['1', '"1+"']) {
      it(`is not taken away by a publication, with \`holders: ${holders}\``, async () => {
        await publish({ holders });
        const none = 'wrong-holders: nobody holds role `owner` of organization `acme` for good';
        const must = `there must be ${holders === '1' ? 'exactly' : 'at least'} 1`;
        assert.deepEqual(await refusalOf({ holders, company: 'ada: admin' }), [`${none}; ${must}`]);
        const dated = 'olu: [{ role: owner, until: 2999-12-31 }], ada: admin';
        assert.deepEqual(await refusalOf({ holders, company: dated }), [`${none}; ${must}`]);
        assert.deepEqual(await refusalOf({ holders, company: '"service:bot": owner, ada: admin' }), [
          `${none}; ${must}`,
        ]);
        assert.deepEqual(await refusalOf({ holders, company: 'pia: owner, ada: admin' }), []);
        await change({ holders, company: 'pia: owner, ada: admin' }, acme, ['nina', 'owner'], 'pia');
        const overtaken = await refusalOf({ holders, company: 'nina: admin, ada: admin' });
        assert.deepEqual(overtaken, [`${none}; ${must}`], 'YAML takes over who held it');
        assert.deepEqual(await refusalOf({ holders, company: 'ada: admin' }), [], 'she holds it at run time');
        assert.deepEqual(await holdersOf('owner'), ['user:nina']);
      });

      it(`is not taken away by a rollback, with \`holders: ${holders}\``, async () => {
        await publish({ holders, company: 'ada: admin' });
        await publish({ holders });
        assert.lengthOf(await refusalOf({ holders, company: 'ada: admin' }, { restores: 1 }), 1);
        assert.deepEqual(await holdersOf('owner'), ['user:olu']);
      });

      it(`may be missing from the start, and after a rule that is new, with \`holders: ${holders}\``, async () => {
        assert.deepEqual(await refusalOf({ holders, company: 'ada: admin', workspace: '' }), []);
        assert.deepEqual(await refusalOf({ holders, company: 'ada: admin, bo: admin', workspace: '' }), []);
      });
    }
  });
});
