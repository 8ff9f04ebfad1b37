import { assert } from 'chai';
import { compileTexts, noonMs, type PolicyTexts } from '../../support/policy-texts.ts';

interface People {
  readonly organization?: string;
  readonly roles?: string;
  readonly members?: string;
}

const catalog = `subjectTypes: [user, service]
scopes: { own: { when: { resource.owner: $subject.id } }, rest: {} }
permissions:
  Billing:
    invoice:create: { title: Create invoices, scopes: [own, rest] }
    invoice:approve: { title: Approve invoices, scopes: [own, rest] }
    order:place: Place orders
    order:pay: Pay orders
roles:
  maker: { grants: [invoice:create] }
  checker: { grants: [invoice:approve] }
  buyer: { grants: [order:place] }
  payer: { grants: [order:pay] }
  clerk: { grants: [order:place, order:pay] }
  trainee: { denies: ["invoice:approve"] }
  treasurer: { grants: [invoice:approve], spans: organization }
  founder: { grants: [invoice:create], spans: organization }
  outsider: { denies: ["invoice:*"], spans: organization }
exclusive: [[invoice:create, invoice:approve], [order:place, order:pay]]
`;

/** What is said of members who break a pair, without what is said of the role `clerk`. */
function told({ organization = '', roles = '', members = '' }: People, nowMs: number = noonMs): string[] {
  const texts: PolicyTexts = {
    'roles.yaml': catalog,
    'policies/organization.yaml': `organization: acme\nmembers: { ${organization} }\n`,
    'policies/support.yaml': `workspace: support\nroles: { ${roles} }\nmembers: { ${members} }\n`,
  };
  return compileTexts(texts, nowMs)
    .problems.filter(({ code, file }) => code === 'exclusive-permissions' && file !== 'roles.yaml')
    .map(({ file, message }) => `${file}: ${message.replace(', which exclude each other', '')}`);
}

const both = 'holds both `invoice:create` (`maker`) and `invoice:approve` (`checker`)';

describe('members who hold both sides of an exclusive pair', () => {
  it('do so through two roles of the workspace; somebody with one does not', () => {
    assert.deepEqual(told({ members: 'ana: [maker, checker], bo: maker, cy: checker, dee: [maker, buyer]' }), [
      `policies/support.yaml: \`ana\` ${both}`,
    ]);
  });

  it('do so through a custom role and a built-in one', () => {
    const roles = 'lead: { extends: maker }';
    assert.deepEqual(told({ roles, members: 'ana: [lead, checker], bo: lead' }), [
      'policies/support.yaml: `ana` holds both `invoice:create` (`lead`) and `invoice:approve` (`checker`)',
    ]);
  });

  it('may be services', () => {
    assert.deepEqual(told({ members: 'service:run: [maker, checker], "service:ana": maker, ana: checker' }), [
      `policies/support.yaml: \`service:run\` ${both}`,
    ]);
  });

  it('do so through a role of the organization and one of the workspace, and the same name of another type does not', () => {
    const organization = 'ana: treasurer, service:bo: treasurer, cy: treasurer';
    assert.deepEqual(told({ organization, members: 'ana: maker, bo: maker, cy: checker' }), [
      'policies/support.yaml: `ana` holds both `invoice:create` (`maker`) and `invoice:approve` (`treasurer`)',
    ]);
  });

  it('through two roles of the organization are told there, and not again in its workspaces', () => {
    const organization = 'ana: [treasurer, founder], bo: treasurer';
    assert.deepEqual(told({ organization, members: 'ana: buyer, bo: buyer' }), [
      'policies/organization.yaml: `ana` holds both `invoice:create` (`founder`) and `invoice:approve` (`treasurer`)',
    ]);
    assert.lengthOf(told({ organization, members: 'ana: [buyer, payer]' }), 2);
  });

  it('do so in whatever scopes', () => {
    const roles = 'mine: { grants: ["invoice:create@own"] }, others: { grants: ["invoice:approve@rest"] }';
    assert.lengthOf(told({ roles, members: 'ana: [mine, others], bo: mine' }), 1);
  });

  it('do not where another of their roles denies all of one side', () => {
    assert.deepEqual(told({ members: 'ana: [maker, checker, trainee]' }), []);
    assert.deepEqual(told({ organization: 'ana: outsider', members: 'ana: [maker, checker]' }), []);
    const roles = 'careful: { denies: ["invoice:approve@own"] }';
    assert.deepEqual(told({ roles, members: 'ana: [maker, checker, careful]' }), [
      `policies/support.yaml: \`ana\` ${both}`,
    ]);
  });

  it('are told of each pair, also when one of their roles breaks another pair by itself', () => {
    assert.lengthOf(told({ members: 'ana: [maker, checker, buyer, payer]' }), 2);
    assert.deepEqual(told({ members: 'ana: [maker, checker, clerk]' }), [`policies/support.yaml: \`ana\` ${both}`]);
    assert.deepEqual(told({ members: 'ana: [clerk, buyer]' }), []);
  });
});

describe('members whose roles begin and end', () => {
  const timed = (maker: string, checker: string): string =>
    `ana: [{ role: maker, ${maker} }, { role: checker, ${checker} }]`;

  it('are told from when until when they hold both sides', () => {
    const at = (maker: string, checker: string): string | undefined =>
      told({ members: timed(maker, checker) })[0]?.replace(`policies/support.yaml: \`ana\` ${both}`, '');
    assert.equal(at('until: 2026-12-31', 'from: 2026-12-01'), ' from 2026-12-01T00:00:00Z until 2027-01-01T00:00:00Z');
    assert.equal(at('from: 2026-12-01', 'from: 2026-12-15'), ' from 2026-12-15T00:00:00Z on');
    assert.equal(at('until: 2026-12-31', 'until: 2027-12-31'), ' until 2027-01-01T00:00:00Z');
    assert.equal(at('from: 2026-01-01', 'from: 2026-01-01'), '');
  });

  it('are not told when the one follows the other, to the instant', () => {
    assert.deepEqual(told({ members: timed('until: 2026-12-31', 'from: 2027-01-01') }), []);
    assert.lengthOf(told({ members: timed('until: 2026-12-31', 'from: 2026-12-31T23:59:59Z') }), 1);
    assert.deepEqual(told({ members: timed('until: 2026-06-01', 'from: 2026-05-01') }), [], 'it is over');
  });

  it('are told of the first time only', () => {
    const twice =
      'ana: [{ role: maker, until: 2026-12-01 }, { role: maker, from: 2027-01-01 }, { role: checker, from: 2026-11-25 }]';
    assert.deepEqual(
      told({ members: twice }).map((text) => text.slice(text.indexOf(' from'))),
      [' from 2026-11-25T00:00:00Z until 2026-12-02T00:00:00Z'],
    );
  });

  it('may hold the other side through the organization', () => {
    const organization = 'ana: [{ role: treasurer, from: 2027-01-01 }]';
    assert.deepEqual(told({ organization, members: 'ana: [{ role: maker, until: 2026-12-31 }]' }), []);
    assert.deepEqual(told({ organization, members: 'ana: maker' }), [
      'policies/support.yaml: `ana` holds both `invoice:create` (`maker`) and `invoice:approve` (`treasurer`) from 2027-01-01T00:00:00Z on',
    ]);
  });

  it('break a pair when the role ends that denied one side', () => {
    const members = 'ana: [maker, checker, { role: trainee, until: 2026-12-31 }]';
    assert.deepEqual(told({ members }), [`policies/support.yaml: \`ana\` ${both} from 2027-01-01T00:00:00Z on`]);
  });
});
