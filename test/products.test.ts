import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { compilePolicy } from '../src/compile/compile-policy.ts';
import type { SourceFile } from '../src/compile/file/policy-files.ts';
import { CasbinEngine } from '../src/engine/casbin-engine.ts';
import type { PolicySet } from '../src/policy/policy-set.ts';
import { PolicyDirectory } from '../src/store/folder/policy-directory.ts';
import { nowMs } from './support/compile-yaml.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

async function readPolicy(folder: string): Promise<readonly SourceFile[]> {
  return new PolicyDirectory(join(repository, folder)).read('deciding');
}

function compiled(files: readonly SourceFile[]): PolicySet {
  const { policy, problems } = compilePolicy(files, nowMs);
  assert.deepEqual(problems, []);
  return policy!;
}

/** How many permissions a category has, as the product's own table counts them. */
function categorySizes(policy: PolicySet): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const { category } of policy.catalog.permissions.values()) sizes[category] = (sizes[category] ?? 0) + 1;
  return sizes;
}

describe('the shared-inbox product', () => {
  let policy: PolicySet;
  before(async () => (policy = compiled(await readPolicy('.'))));

  it('has every category and permission', () => {
    assert.deepEqual(categorySizes(policy), {
      Conversations: 9,
      Inboxes: 4,
      Contacts: 1,
      Tags: 5,
      Views: 3,
      'Message templates': 3,
      Signatures: 3,
      Analytics: 4,
      Sequences: 1,
      Teammates: 1,
      Rules: 3,
      'Roles and permissions': 3,
    });
  });

  it('cautions of what lets its holder become an admin', () => {
    const cautioned = [...policy.catalog.permissions.values()].filter(({ controls }) => controls);
    assert.deepEqual(
      cautioned.map(({ id }) => id),
      ['teammate:manage', 'role:create', 'role:edit', 'role:delete'],
    );
    for (const { caution } of cautioned) assert.include(caution as string, 'Company admins cannot be touched by it');
  });

  it("leaves what is a teammate's own to them, whatever role they hold", async () => {
    const engine = await CasbinEngine.create(policy);
    for (const workspace of policy.workspaces.values()) {
      for (const role of [...policy.catalog.roles.values(), ...workspace.roles.values()]) {
        for (const cell of policy.catalog.cells.filter(({ scopeWord }) => scopeWord === 'personal')) {
          const request = {
            subjectType: 'user',
            subjectId: '',
            workspace: workspace.id,
            permission: cell.permission.id,
            scopes: ['personal'],
          };
          assert.strictEqual(engine.explainRoles([role], request).decision, true, `${role.id} ${cell.permission.id}`);
        }
      }
    }
  });

  it('has companies with and without custom roles, one by an old promise', () => {
    const plans = policy.organizations.map(({ plan }) => plan);
    assert.includeMembers(plans, ['scale', 'growth-2019']);
    const without = policy.organizations.filter(({ plan }) => !policy.catalog.customRolePlans?.has(plan ?? ''));
    assert.lengthOf(without, 1);
    const theirs = [...policy.workspaces.values()].filter(({ organization }) => organization === without[0]);
    assert.isAbove(theirs.length, 0);
    for (const { roles } of theirs) assert.strictEqual(roles.size, 0);
  });

  it('refuses custom roles to the company that did not pay for them', async () => {
    const files = (await readPolicy('.')).map((file) =>
      'content' in file && file.path === 'policies/acme/organization.yaml'
        ? {
            ...file,
            content: Buffer.from(
              readFileSync(join(repository, file.path), 'utf8').replace('plan: scale', 'plan: starter'),
            ),
          }
        : file,
    );
    const codes = new Set(compilePolicy(files, nowMs).problems.map(({ code }) => code));
    assert.deepEqual([...codes], ['plan-without-custom-roles']);
  });
});

describe('the business phone product', () => {
  let policy: PolicySet;
  before(async () => (policy = compiled(await readPolicy('examples/phone'))));

  it('has every category and toggle, and one permission to manage roles', () => {
    assert.deepEqual(categorySizes(policy), {
      'Team management': 5,
      'Phone numbers': 4,
      'Call flows': 4,
      'Analytics and reporting': 3,
      'Recordings and transcripts': 3,
      'SMS and messaging': 3,
      Integrations: 1,
      Billing: 3,
    });
    assert.strictEqual(policy.catalog.permissions.get('role:manage')?.controls, 'roles');
  });

  it('has one owner, and an admin without billing', () => {
    assert.deepInclude(policy.catalog.roles.get('owner') as object, {
      spans: 'organization',
      holders: { least: 1, most: 1 },
    });
    assert.strictEqual(policy.catalog.defaultRole?.id, 'agent');
    const admin = policy.catalog.roles.get('admin')!;
    assert.deepEqual(
      admin.rules.filter(({ cell, effect }) => effect === 'allow' && cell.permission.resource === 'billing'),
      [],
    );
  });

  it('is warned of the trap: an admin without billing who may edit roles reaches billing anyway', async () => {
    const files = (await readPolicy('examples/phone')).map((file) =>
      'content' in file && file.path === 'roles.yaml'
        ? {
            ...file,
            content: Buffer.from(
              Buffer.from(file.content).toString().replace('escalation: prevent', 'escalation: allow'),
            ),
          }
        : file,
    );
    const escalations = compilePolicy(files, nowMs).problems.filter(({ code }) => code === 'self-lift');
    assert.strictEqual(
      escalations.some(({ message }) => message.includes('`admin`') && message.includes('billing:')),
      true,
    );
  });
});
