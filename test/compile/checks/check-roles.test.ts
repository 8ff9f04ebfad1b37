import { assert } from 'chai';
import { compileTexts, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const catalog = `scopes: { self: { when: { resource.owner: $subject.id } }, team: { when: { resource.team: $subject.properties.team } }, rest: {} }
permissions:
  C:
    report:view: t
    report:edit: { title: t, requires: [report:view] }
    file:view: { title: t, scopes: [self, rest] }
    file:edit: { title: t, scopes: [self, team], requires: [file:view] }
    invoice:create: t
    invoice:approve: t
    member:invite: { title: t, controls: members, caution: Mind who. }
    role:edit: { title: t, controls: roles }
`;

/** What is said about workspace roles, each held by somebody, in a catalog of these. */
function faultsOf(roles: string, options: { extra?: string; builtIns?: string; members?: string } = {}): string[] {
  const builtIns = options.builtIns ?? '  member: { grants: [report:view] }';
  const texts: PolicyTexts = {
    'roles.yaml': `${catalog}${options.extra ?? ''}\nroles:\n${builtIns}\n`,
    'policies/w.yaml': `workspace: w\nroles:\n${roles}\n${options.members ?? ''}`,
  };
  return findings(texts)
    .filter((finding) => !finding.includes('unused-role'))
    .map((finding) => finding.replace('policies/w.yaml:', ''));
}

const members = 'members: { ana: r }';

describe('a permission that requires another', () => {
  it('is held with it, or the role is at fault', () => {
    assert.deepEqual(faultsOf('  r: { grants: [report:view, report:edit] }'), []);
    assert.deepEqual(faultsOf('  r: { extends: member, grants: [report:edit] }'), []);
    assert.deepEqual(faultsOf('  r:\n    grants: [report:edit]', { members }), ['4 missing-requirement report:edit']);
    assert.deepEqual(faultsOf('  r:\n    grants: ["report:*"]\n    denies: [report:view]', { members }), [
      '4 missing-requirement "report:*"',
    ]);
  });

  it('is held with it from the baseline, too', () => {
    assert.deepEqual(faultsOf('  r: { grants: [report:edit] }', { extra: 'baseline: [report:view]' }), []);
  });

  it('lost on the way down is told at the role that lost it, once', () => {
    const roles =
      '  all: { grants: ["report:*"] }\n  less:\n    extends: all\n    without: [report:view]\n  least: { extends: less }';
    assert.deepEqual(faultsOf(roles, { members: 'members: { ana: least, bo: [all, least] }' }), [
      '4 missing-requirement less',
    ]);
  });

  it('is held in the same scope where both have it', () => {
    assert.deepEqual(faultsOf('  r: { grants: ["file:edit@self", "file:view@self"] }'), []);
    assert.lengthOf(faultsOf('  r: { grants: ["file:edit@self", "file:view@rest"] }', { members }), 1);
    assert.deepEqual(faultsOf('  r: { grants: ["file:edit@team", "file:view@self"] }'), []);
    assert.lengthOf(faultsOf('  r: { grants: ["file:edit@team"] }', { members }), 1);
  });

  it('is asked of built-in roles as well', () => {
    assert.deepEqual(
      faultsOf('  r: {}', {
        builtIns: '  member: { grants: [report:edit] }',
        members: 'members: { ana: member }',
      }),
      ['4 missing-requirement ana'],
    );
  });
});

describe('permissions that exclude each other', () => {
  const extra = 'exclusive: [[invoice:create, invoice:approve]]';
  const pay = '  maker: { grants: [invoice:create] }\n  checker: { grants: [invoice:approve] }\n';

  it('are not in one role, however it comes by them', () => {
    assert.deepEqual(faultsOf('  r: { grants: [invoice:create, invoice:approve] }', { extra }), [
      '3 exclusive-permissions r',
    ]);
    assert.deepEqual(faultsOf(`${pay}  both: { extends: [maker, checker] }`, { extra }), [
      '5 exclusive-permissions both',
    ]);
    assert.deepEqual(faultsOf('  r: { grants: ["invoice:*"], denies: [invoice:create] }', { extra }), []);
    assert.deepEqual(faultsOf('  r: { grants: [invoice:create] }', { extra }), []);
    assert.deepEqual(faultsOf('  r: { grants: [invoice:create, invoice:approve] }'), []);
  });

  it('are not held together by one member', () => {
    assert.deepEqual(
      faultsOf(pay, { extra, members: 'members:\n  ana: [maker, checker]\n  bo: maker\n  cy: checker\n' }),
      ['7 exclusive-permissions ana'],
    );
    const auditor = `${pay}  auditor: { denies: [invoice:approve] }\n`;
    assert.deepEqual(faultsOf(auditor, { extra, members: 'members: { ana: [maker, checker, auditor] }\n' }), []);
  });

  it('are not held together at any time to come', () => {
    const members = (from: string): string =>
      `members:\n  ana: [{ role: maker, until: 2026-12-31 }, { role: checker, from: ${from} }]\n`;
    assert.deepEqual(faultsOf(pay, { extra, members: members('2026-12-31') }), ['7 exclusive-permissions ana']);
    assert.deepEqual(faultsOf(pay, { extra, members: members('2027-01-01') }), []);
    const past = 'members: { ana: [{ role: maker, until: 2026-01-31 }, checker] }\n';
    assert.deepEqual(
      faultsOf(pay, { extra, members: past }).filter((finding) => finding.includes('exclusive')),
      [],
    );
  });

  it('are not held together by a role of the organization and one of the workspace', () => {
    const texts = (members: string): PolicyTexts => ({
      'roles.yaml': `${catalog}${extra}\nroles:\n  maker: { grants: [invoice:create] }\n  boss: { grants: [invoice:approve], spans: organization }\n  chief: { grants: [invoice:create], spans: organization }\n`,
      'policies/organization.yaml': `organization: acme\nmembers:\n${members}`,
      'policies/w.yaml': 'workspace: w\nmembers:\n  ana: maker\n',
    });
    assert.deepEqual(findings(texts('  ana: boss\n')), ['policies/w.yaml:3 exclusive-permissions ana']);
    assert.deepEqual(findings(texts('  bo: boss\n')), []);
    assert.deepEqual(findings(texts('  bo: [boss, chief]\n')), [
      'policies/organization.yaml:3 exclusive-permissions bo',
    ]);
  });
});

describe('a role that can lift itself', () => {
  const escalations = (roles: string, options = {}): string[] =>
    faultsOf(roles, options).filter((finding) => finding.includes('self-lift'));
  const bigger = { builtIns: '  member: {}\n  admin: { grants: ["*"] }' };

  it('by handing out a bigger role is warned of', () => {
    assert.deepEqual(escalations('  r: { grants: [member:invite] }', bigger), ['3 self-lift r']);
    assert.deepEqual(
      escalations('  r: { grants: [member:invite] }\n  s: { grants: [report:view] }', { builtIns: '  member: {}' }),
      ['3 self-lift r'],
    );
  });

  it('names the biggest role it can hand out, and the caution of the permission', () => {
    const { problems } = compileTexts({
      'roles.yaml': `${catalog}roles: { member: {}, some: { grants: [report:view] }, admin: { grants: ["*"] }, r: { grants: [member:invite] } }`,
    });
    const [problem] = problems.filter(({ code, line }) => code === 'self-lift' && line > 0);
    assert.include(problem?.message, '`admin`');
    assert.include(problem?.help, 'Mind who.');
    assert.equal(problem?.severity, 'warning');
  });

  it('by editing roles is warned of while there is anything it does not hold', () => {
    assert.deepEqual(escalations('  r: { grants: [role:edit] }', { builtIns: '  member: {}' }), ['3 self-lift r']);
    assert.deepEqual(escalations('  r: { grants: ["*"] }', { builtIns: '  member: {}' }), []);
    assert.deepEqual(escalations('  r: { grants: ["*"], denies: [report:view] }', { builtIns: '  member: {}' }), [
      '3 self-lift r',
    ]);
  });

  it('is none where nothing bigger is to be had, where it is denied, or where nobody hands out what they do not hold', () => {
    assert.deepEqual(escalations('  r: { grants: [member:invite] }', { builtIns: '  member: {}' }), []);
    assert.deepEqual(
      escalations('  r: { grants: [member:invite] }', { builtIns: '  boss: { grants: ["*"], spans: organization }' }),
      [],
    );
    assert.deepEqual(escalations('  r: { grants: [member:invite], denies: [member:invite] }', bigger), []);
    assert.deepEqual(escalations('  r: { grants: [report:view] }', bigger), []);
    assert.deepEqual(
      escalations('  r: { grants: [member:invite, role:edit] }', { ...bigger, extra: 'escalation: prevent' }),
      [],
    );
  });
});

describe('a role named after a person', () => {
  const named = (id: string, members: string): string[] =>
    faultsOf(`  ${id}: {}`, { members: `members:\n${members}` }).filter((finding) => finding.includes('person-role'));

  it('is warned of', () => {
    for (const id of ['ana', 'ana-lopez', 'lopez', 'anas-access', 'role-for-ana', 'temp-ana-role']) {
      assert.deepEqual(named(id, `  ana.lopez@acme.example: ${id}\n`), [`3 person-role ${id}`], id);
    }
  });

  it('is none where the words are a job, or somebody is called like half of one', () => {
    for (const id of [
      'team-lead',
      'analyst',
      'ana-reviewer',
      'lead-of-lopez-account',
      'access',
      'bo',
      'user42',
      'custom-role',
    ]) {
      assert.deepEqual(
        named(id, `  ana.lopez@acme.example: ${id}\n  bo@acme.example: ${id}\n  42@acme.example: ${id}\n`),
        [],
        id,
      );
    }
  });

  it('is none where a shared mailbox is called after the job, as the role is', () => {
    const jobs = ['support', 'billing', 'night-shift', 'front-desk', 'info', 'hr', 'shift2', 'accounts', 'vertrieb'];
    for (const id of [...jobs, 'support-access', 'on-call-team', 'kitchen', 'sales-emea', 'qa-lead']) {
      const mailbox = id.replaceAll('-', '.');
      for (const account of [`${mailbox}@acme.example`, `${mailbox}+eu@acme.example`, mailbox]) {
        assert.deepEqual(named(id, `  ${account}: ${id}\n  ana.lopez@acme.example: ${id}\n`), [], account);
      }
    }
  });

  it('is none where the product or the workspace has the word', () => {
    const texts = (id: string, workspace: string): PolicyTexts => ({
      'roles.yaml':
        'permissions: { Sommeliers: { cellar:uncork: Open bottles } }\nroles: { butlers: { grants: [] } }\n',
      'policies/w.yaml': `workspace: ${workspace}\nroles: { ${id}: {} }\nmembers: { ${id}@acme.example: ${id} }\n`,
    });
    for (const id of ['cellar', 'uncork', 'sommelier', 'butler']) assert.deepEqual(findings(texts(id, 'w')), [], id);
    assert.deepEqual(findings(texts('berta', 'villa-berta')), []);
    assert.deepEqual(findings(texts('berta', 'villa')), ['policies/w.yaml:2 person-role berta']);
  });

  it('is none where a service is called like it', () => {
    const texts: PolicyTexts = {
      'roles.yaml': `subjectTypes: [user, service]\n${catalog}roles: { member: {} }`,
      'policies/w.yaml': 'workspace: w\nroles: { billing: {} }\nmembers: { service:billing: billing }\n',
    };
    assert.deepEqual(findings(texts), []);
  });

  it('is warned of when the person is of the organization', () => {
    const texts: PolicyTexts = {
      'roles.yaml': `${catalog}roles: { boss: { spans: organization } }`,
      'policies/organization.yaml': 'organization: acme\nmembers: { olu@acme.example: boss }\n',
      'policies/w.yaml': 'workspace: w\nroles: { olu: {} }\nmembers: { ana: olu }\n',
    };
    assert.deepEqual(findings(texts), ['policies/w.yaml:2 person-role olu']);
  });
});
