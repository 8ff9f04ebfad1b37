import { assert } from 'chai';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { RuntimeMembers } from '../../../../src/engine/runtime-members.ts';
import type { PolicySet } from '../../../../src/policy/policy-set.ts';
import type { Place, RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import { findEscalationPaths } from '../../../../src/review/escalation/escalation-paths.ts';
import { findChangeFault } from '../../../../src/review/members/member-change-rules.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { PublicationRefused } from '../../../../src/store/database/releases/require-kept-rules.ts';
import { acme, atMs, change, membersOf, onEachDatabase, request, support } from '../../../support/opened-databases.ts';

type Texts = Readonly<Record<'catalog' | 'organization' | 'support', string>>;

const sound: Texts = {
  catalog: `permissions:
  Billing:
    invoice:view: View
    invoice:create: Create
    invoice:approve: Approve
    invoice:void: { title: Void, requires: [invoice:view] }
  Team:
    member:manage: { title: Manage, controls: members, scopes: [own, rest] }
scopes: { own: { when: { resource.owner: $subject.id } }, rest: {} }
exclusive: [[invoice:create, invoice:approve]]
customRoles: { plans: [scale] }
roles:
  viewer: { grants: [invoice:view] }
  maker: { grants: [invoice:create] }
  checker: { grants: [invoice:approve] }
  voider: { grants: [invoice:void] }
  head: { grants: [invoice:view], holders: 1 }
  boss: { grants: ["member:*", invoice:view, invoice:void, invoice:create], spans: organization }
  all-viewer: { grants: [invoice:view], spans: organization }
`,
  organization: 'organization: acme\nplan: scale\nmembers: { bob: boss }\n',
  support: 'workspace: support\nroles:\n  mate: { grants: [invoice:view] }\n  idle: {}\nmembers: { hal: head }\n',
};

const filesOf = ({ catalog, organization, support: text }: Texts): { path: string; content: Buffer }[] => [
  { path: 'roles.yaml', content: Buffer.from(catalog) },
  { path: 'policies/organization.yaml', content: Buffer.from(organization) },
  { path: 'policies/support.yaml', content: Buffer.from(text) },
];

function compiled(texts: Texts): { policy: PolicySet | undefined; codes: string[] } {
  const { policy, problems } = compilePolicy(filesOf(texts), atMs);
  return { policy, codes: problems.filter(({ severity }) => severity === 'error').map(({ code }) => code) };
}

const ground = compiled(sound).policy ?? assert.fail(compiled(sound).codes.join());

interface Rule {
  readonly rule: string;
  /** What somebody would hold at a place, and must not. */
  readonly place?: Place;
  readonly roles: readonly string[];
  /** The files that would make them hold it who hold `earlier`. */
  readonly earlier: readonly string[];
  readonly files: (texts: Texts) => Texts;
  /** What is said in YAML, and at run time; and what a publication does. */
  readonly yaml: string;
  readonly runTime: string;
  readonly publication: string;
}

const inSupport =
  (edit: (text: string) => string) =>
  (texts: Texts): Texts => ({ ...texts, support: edit(texts.support) });
const inCatalog =
  (edit: (text: string) => string) =>
  (texts: Texts): Texts => ({ ...texts, catalog: edit(texts.catalog) });

const same = (code: string): Pick<Rule, 'yaml' | 'runTime' | 'publication'> => ({
  yaml: code,
  runTime: code,
  publication: `refused: ${code}`,
});

const rules: readonly Rule[] = [
  {
    rule: 'exclusive',
    roles: ['maker', 'checker'],
    earlier: ['maker', 'mate'],
    files: inSupport((text) => text.replace('mate: { grants: [invoice:view] }', 'mate: { grants: [invoice:approve] }')),
    ...same('exclusive-permissions'),
  },
  {
    rule: 'exclusive, by a role that goes',
    roles: ['maker', 'checker'],
    earlier: ['maker', 'idle'],
    files: inSupport((text) =>
      text.replace('  idle: {}\n', '').replace('members:', 'retired: { idle: checker }\nmembers:'),
    ),
    ...same('exclusive-permissions'),
  },
  {
    rule: 'requires',
    roles: ['voider'],
    earlier: ['voider', 'mate'],
    files: inSupport((text) => text.replace('mate: { grants: [invoice:view] }', 'mate: {}')),
    ...same('missing-requirement'),
  },
  {
    rule: 'requires, by a deny',
    roles: ['voider'],
    earlier: ['voider', 'mate', 'idle'],
    files: inSupport((text) => text.replace('idle: {}', 'idle: { denies: [invoice:view] }')),
    ...same('missing-requirement'),
  },
  {
    rule: 'holders',
    roles: ['head'],
    earlier: ['viewer'],
    files: (texts) => ({
      ...texts,
      catalog: texts.catalog.replace(
        'viewer: { grants: [invoice:view] }',
        'viewer: { grants: [invoice:view], holders: 1 }',
      ),
      support: texts.support.replace('hal: head', 'hal: [head, viewer]'),
    }),
    ...same('wrong-holders'),
  },
  {
    rule: 'unknown role',
    roles: ['nobody-knows'],
    earlier: ['idle'],
    files: inSupport((text) => text.replace('  idle: {}\n', '')),
    yaml: 'unknown-role',
    runTime: 'unknown-role',
    publication: 'holds nothing',
  },
  {
    rule: 'retired id',
    roles: ['old'],
    earlier: ['idle'],
    files: inSupport((text) =>
      text.replace('  idle: {}\n', '').replace('members:', 'retired: { idle: viewer }\nmembers:'),
    ),
    yaml: 'unknown-role',
    runTime: 'unknown-role',
    publication: 'holds viewer',
  },
  {
    rule: 'spans',
    roles: ['all-viewer'],
    earlier: ['viewer'],
    files: inCatalog((text) =>
      text.replace('  viewer: { grants: [invoice:view] }', '  viewer: { grants: [invoice:view], spans: organization }'),
    ),
    yaml: 'wrong-span',
    runTime: 'wrong-span',
    publication: 'holds nothing',
  },
  {
    rule: 'spans, the other way',
    place: acme,
    roles: ['viewer'],
    earlier: ['all-viewer'],
    files: inCatalog((text) =>
      text.replace(
        'all-viewer: { grants: [invoice:view], spans: organization }',
        'all-viewer: { grants: [invoice:view] }',
      ),
    ),
    yaml: 'wrong-span',
    runTime: 'wrong-span',
    publication: 'holds nothing',
  },
];

function faultOf(
  policy: PolicySet,
  place: Place,
  roles: readonly string[],
  actor = 'bob',
  given: RuntimeMember[] = [],
): string {
  const assignments = roles.map((role) => ({ role }));
  const asked = { place, subject: { type: 'user', id: 'dee' }, actor: { type: 'user', id: actor }, assignments };
  return findChangeFault({ policy, members: new RuntimeMembers(given), atMs }, asked, undefined)?.code ?? 'allowed';
}

/** Dee written into the file of a place. */
function withDee(place: Place, roles: readonly string[]): Texts {
  const texts = { ...sound, support: sound.support.replace('members:', 'retired: { old: viewer }\nmembers:') };
  const dee = `dee: [${roles.join(', ')}]`;
  return place.kind === 'workspace'
    ? { ...texts, support: texts.support.replace('{ hal: head }', `{ hal: head, ${dee} }`) }
    : { ...texts, organization: texts.organization.replace('{ bob: boss }', `{ bob: boss, ${dee} }`) };
}

onEachDatabase('one rule at every door', (opened) => {
  for (const { rule, place = support, roles, earlier, files, yaml, runTime, publication } of rules) {
    it(`${rule}: in YAML, at run time and by a publication`, async () => {
      const { database } = opened();
      assert.deepEqual([...new Set(compiled(withDee(place, roles)).codes)], [yaml], 'YAML');
      assert.strictEqual(faultOf(ground, place, roles), runTime, 'run time');
      assert.deepEqual(compiled(withDee(place, earlier)).codes, [], 'right before, in YAML');
      assert.strictEqual(faultOf(ground, place, earlier), 'allowed', 'right before, at run time');
      const publish = async (texts: Texts, endMemberships?: number): Promise<void> => {
        const policy = compiled(texts).policy ?? assert.fail(compiled(texts).codes.join());
        await publishRelease(database, {
          policy,
          files: filesOf(texts),
          commit: undefined,
          author: 'ana',
          now: () => atMs,
          ...(endMemberships === undefined ? {} : { endMemberships }),
        });
      };
      await publish(sound);
      await change(database, ground, request('dee', earlier, { place }));
      const outcome = await publish(files(sound), publication === 'holds nothing' ? 1 : undefined).then(
        async () => {
          const [dee] = await membersOf(database);
          return dee === undefined ? 'holds nothing' : `holds ${dee.replace(/^.*: /, '').replace(/, \d+$/, '')}`;
        },
        (error: unknown) => {
          if (!(error instanceof PublicationRefused)) throw error;
          return `refused: ${error.broken.map(({ code }) => code).join()}`;
        },
      );
      assert.strictEqual(outcome, publication, 'publication');
    });
  }
});

describe('one rule at every door, of the policy and of actors', () => {
  it('customRoles.plans: no door gives a role that the plan does not allow', () => {
    const small = { ...sound, organization: sound.organization.replace('plan: scale', 'plan: starter') };
    assert.deepEqual(compiled(small).codes, ['plan-without-custom-roles'], 'YAML, and so a publication');
    const without = compiled({ ...small, support: 'workspace: support\nmembers: { hal: head }\n' }).policy;
    assert.strictEqual(faultOf(without ?? assert.fail(), support, ['mate']), 'unknown-role', 'run time');
  });

  const waysOf = (catalog: string): string[] => {
    const { policy } = compiled({ ...sound, catalog });
    return findEscalationPaths(policy ?? assert.fail(), atMs).map(({ roles }) => roles.join());
  };
  const manager = (grants: string, more = ''): string =>
    sound.catalog.replace('roles:\n', `${more}roles:\n  manager: { grants: [${grants}] }\n`);
  const kim: RuntimeMember = {
    place: support,
    subject: { type: 'user', id: 'kim' },
    assignments: [{ role: 'manager' }],
    sequence: 1,
    token: '',
  };
  const runTime = (catalog: string): string =>
    faultOf(compiled({ ...sound, catalog }).policy ?? assert.fail(), support, ['viewer'], 'kim', [kim]);

  it('controls: in all scopes it is a way for lint and a right at run time, in one scope neither', () => {
    assert.include(waysOf(manager('member:manage')), 'manager');
    assert.strictEqual(runTime(manager('member:manage')), 'allowed');
    assert.notInclude(waysOf(manager('"member:manage@own"')), 'manager');
    assert.strictEqual(runTime(manager('"member:manage@own"')), 'actor-not-allowed');
  });

  it('escalation: prevent: what the run time refuses lint does not warn of', () => {
    const prevented = manager('member:manage', 'escalation: prevent\n');
    assert.deepEqual(waysOf(prevented), []);
    assert.strictEqual(runTime(prevented), 'escalation-prevented');
  });
});
