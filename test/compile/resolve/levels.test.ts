import { assert } from 'chai';
import { casbinRows, formatPolicyCsv, holdOthers } from '../../../src/compile/casbin/casbin-rules.ts';
import { companyRoles, companyTexts, mistakesIn } from '../../support/company-policy.ts';
import { compileRight, heldBy, noonMs, rulesOf } from '../../support/policy-texts.ts';

describe('a permission of the company', () => {
  const policy = compileRight(companyTexts);
  const support = policy.workspaces.get('support');

  it('is out of reach of the wildcards of roles of a workspace, and of what they extend', () => {
    const ofCompany = (role: string): string[] =>
      rulesOf(policy, role, support).filter((rule) => /billing|seat/.test(rule));
    assert.deepEqual(ofCompany('workspace-admin'), []);
    assert.deepEqual(ofCompany('clerk'), []);
    assert.deepEqual(ofCompany('accountant'), ['allow billing:view@-', 'allow billing:pay@-']);
    assert.lengthOf(ofCompany('company-admin'), 3);
    assert.lengthOf(ofCompany('frozen'), 3);
  });

  it('is in no baseline, whatever that says', () => {
    const texts = { ...companyTexts, 'roles.yaml': `baseline: ["*"]\n${companyRoles}` };
    const catalog = compileRight(texts).catalog;
    assert.isFalse([...catalog.baseline].some(({ permission }) => permission.spans === 'organization'));
    assert.isTrue([...catalog.baseline].some(({ permission }) => permission.id === 'role:edit'));
  });

  it('is named by no role of a workspace, neither to grant nor to deny it', () => {
    for (const grant of ['billing:view', 'billing:*', 'seat:assign']) {
      for (const list of ['grants', 'denies']) {
        const role = `roles: { own: { ${list}: ["${grant}"] } }\n`;
        const custom = {
          ...companyTexts,
          'policies/acme/sales.yaml': `workspace: sales\n${role}members: { bo: own }\n`,
        };
        assert.deepEqual(mistakesIn(custom), [`policies/acme/sales.yaml:2 wrong-span "${grant}"`], `${list} ${grant}`);
        const builtIn = companyRoles.replace('roles:\n', `roles:\n  own: { title: Own, ${list}: ["${grant}"] }\n`);
        const found = mistakesIn({ ...companyTexts, 'roles.yaml': builtIn });
        assert.lengthOf(found, 1, found.join());
        assert.include(found[0], `wrong-span "${grant}"`);
      }
    }
  });

  it('spans nothing but a workspace or an organization', () => {
    for (const spans of ['everything', 'company', 'Organization', 'true', '[organization]', 'null']) {
      const texts = {
        ...companyTexts,
        'roles.yaml': companyRoles.replace('spans: organization }', `spans: ${spans} }`),
      };
      const [first = ''] = mistakesIn(texts);
      assert.match(first, /^roles.yaml:15 (bad-value|wrong-type)/, spans);
    }
  });

  it('is exported at the organization itself, and nothing else is there', () => {
    const { p, g } = casbinRows(policy, noonMs);
    const there = g.filter(([, , domain]) => domain.startsWith('organization:'));
    assert.deepEqual(
      there.map((row) => row.join(' ')),
      [
        'user:ada role:organization:accountant organization:acme',
        'user:nia role:organization:company-admin organization:newco',
        'user:olu role:organization:company-admin organization:acme',
        'user:pat role:organization:people-lead organization:acme',
      ],
    );
    const rows = p.filter(([role]) => role.startsWith('role:organization:'));
    assert.deepEqual(
      [...new Set(rows.map(([, domain, resource]) => `${domain} ${resource}`))],
      ['* billing', '* seat'],
    );
  });

  it('changes no row where the catalog has none', () => {
    const lines = companyRoles
      .split('\n')
      .map((line) =>
        /^    (billing|seat)/.test(line)
          ? line.replace(' spans: organization,', '').replace(', spans: organization }', ' }')
          : line,
      );
    const plain = compileRight({ ...companyTexts, 'roles.yaml': lines.join('\n') });
    const csv = formatPolicyCsv(casbinRows(plain, noonMs));
    assert.isEmpty(plain.catalog.spanning);
    assert.notInclude(csv, 'organization:');
  });

  it('has other rows when a role of a company without a workspace begins', () => {
    const newco = 'organization: newco\nmembers: { nia: [{ role: company-admin, from: 2027-01-01 }] }\n';
    const later = compileRight({ ...companyTexts, 'policies/newco/organization.yaml': newco });
    assert.isTrue(holdOthers(later, Date.UTC(2026, 11, 30), Date.UTC(2027, 0, 2)));
    assert.isFalse(holdOthers(later, Date.UTC(2026, 11, 2), Date.UTC(2026, 11, 3)));
  });
});

describe('what is kept from custom roles', () => {
  const without = (grants: string, role: string): Record<string, string> => ({
    ...companyTexts,
    'roles.yaml': companyRoles.replace('customRoles: { without: ["role:*"] }', `customRoles: { without: [${grants}] }`),
    'policies/acme/support.yaml': `workspace: support\nroles:\n  own: ${role}\nmembers: { kim: own }\n`,
  });

  it('comes to them by no wildcard, and by nothing that they extend', () => {
    const texts = without('"role:*", message:send', '{ extends: workspace-admin, grants: ["*"] }');
    const policy = compileRight(texts);
    const held = heldBy(policy, 'own', policy.workspaces.get('support'));
    assert.notInclude(held, 'role:edit@-');
    assert.notInclude(held, 'message:send@-');
    assert.include(held, 'teammate:manage@-');
    assert.include(heldBy(policy, 'workspace-admin', policy.workspaces.get('support')), 'role:edit@-');
  });

  it('is named by none, with a scope neither', () => {
    const named = ['role:edit', 'role:*', 'message:delete@strict', 'message:delete', '*@strict'];
    for (const grant of named) {
      const texts = without('"role:*", "message:delete@strict"', `{ grants: ["${grant}"] }`);
      assert.deepEqual(mistakesIn(texts), [`policies/acme/support.yaml:3 not-for-custom-roles "${grant}"`], grant);
    }
    const others = without('"role:*", "message:delete@strict"', '{ grants: ["message:delete@relaxed", "message:*"] }');
    assert.deepEqual(mistakesIn(others), []);
  });

  it('may be denied by them: who is to lose everything loses that, too', () => {
    const policy = compileRight(without('"role:*"', '{ denies: ["*", role:edit] }'));
    assert.include(rulesOf(policy, 'own', policy.workspaces.get('support')), 'deny role:edit@-');
  });

  it('is whatever the catalog has, and a mistake in it is told', () => {
    const wrong = [
      'role:edti',
      'rol:*',
      '"role:edit@strict"',
      '"*@strikt"',
      '7',
      '[]',
      '{}',
      'null',
      '""',
      '"@strict"',
    ];
    for (const grant of wrong) {
      const found = mistakesIn(without(grant, '{ grants: [message:send] }'));
      assert.isNotEmpty(found, grant);
      assert.match(found.join(), /roles.yaml:2\d /, grant);
    }
  });

  it('needs no plans beside it, nor do plans need it, but one of the two', () => {
    const withSetting = (setting: string): string[] =>
      mistakesIn({
        'roles.yaml': `permissions: { C: { a:b: t } }\nroles: { m: { grants: [a:b] } }\ncustomRoles: ${setting}\n`,
        'policies/w.yaml': 'workspace: w\n',
      });
    assert.deepEqual(withSetting('{ without: [a:b] }'), []);
    assert.deepEqual(withSetting('{ plans: [scale] }'), []);
    for (const setting of ['{}', '{ without: [] }', '{ with: [a:b] }', '[a:b]', 'a:b']) {
      assert.isNotEmpty(withSetting(setting), setting);
    }
  });
});
