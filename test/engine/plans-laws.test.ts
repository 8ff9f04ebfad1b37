import { assert } from 'chai';
import * as fc from 'fast-check';
import { casbinRows, formatPolicyCsv } from '../../src/compile/casbin/casbin-rules.ts';
import { modelText } from '../../src/compile/casbin/casbin-model.ts';
import { PolicyCompiler } from '../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { isMemberAt } from '../../src/policy/membership/effective-members.ts';
import { findSpanning } from '../../src/policy/membership/spanning-members.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';
import { randomGroupedPolicy } from '../support/random-groups.ts';
import { fixedNowMs, hostileIds, policyFiles, type RandomPolicy } from '../support/random-policy.ts';
import { newBareEnforcer, newModelFromString, StringAdapter } from '../support/stock-casbin.ts';

const policies = lawRuns(30);

/** From the least to the most: a larger plan has all that a smaller one has. */
const plans = ['free', 'scale', 'enterprise'] as const;
type Plan = (typeof plans)[number];
const choices: readonly (readonly Plan[] | undefined)[] = [undefined, ['enterprise'], ['scale', 'enterprise'], plans];

interface Drawn {
  readonly policy: RandomPolicy;
  readonly ofPermissions: readonly number[];
  readonly isDefaulted: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  policy: randomGroupedPolicy,
  ofPermissions: fc.array(fc.nat(choices.length - 1), { minLength: 6, maxLength: 6 }),
  isDefaulted: fc.boolean(),
});

/** The policy with the company on a plan. */
function on(plan: Plan, { policy, ofPermissions, isDefaulted }: Drawn): RandomPolicy {
  const categories = policy.roles['permissions'] as Record<string, Record<string, unknown>>;
  const planned = (entries: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(entries).map(([id, entry], index) => {
        const of = choices[ofPermissions[index] ?? 0];
        const details = typeof entry === 'string' ? { title: entry } : (entry as object);
        return [id, of ? { ...details, plans: of } : entry] as const;
      }),
    );
  return {
    ...policy,
    roles: {
      ...policy.roles,
      permissions: Object.fromEntries(Object.entries(categories).map(([name, entries]) => [name, planned(entries)])),
      plans,
      customRoles: { ...(policy.roles['customRoles'] as object), plans: ['scale', 'enterprise'] },
      ...(isDefaulted ? { defaultRole: 'member' } : {}),
    },
    organization: { ...policy.organization, plan },
  };
}

function compiled(compiler: PolicyCompiler, policy: RandomPolicy): PolicySet {
  const { policy: found, problems } = compiler.compile(policyFiles(policy), fixedNowMs);
  return found ?? assert.fail(problems.map(({ message }) => message).join('\n'));
}

type Asked = readonly [subject: string, workspace: string, permission: string, scopes: readonly string[], word: string];

function* questions({ catalog, organizations, workspaces, staff }: PolicySet): Generator<Asked> {
  for (const workspace of workspaces.values()) {
    for (const id of hostileIds) {
      const subject = { type: 'user', id };
      if (!isMemberAt(workspace, subject) && !findSpanning(workspace.organization, staff, subject)) continue;
      for (const { permission, scopes, scopeWord } of catalog.cells)
        yield [id, workspace.id, permission.id, scopes, scopeWord];
    }
  }
  // What belongs to the company, of the company itself.
  for (const organization of organizations) {
    for (const id of hostileIds.filter((one) => findSpanning(organization, staff, { type: 'user', id: one }))) {
      for (const { permission, scopes, scopeWord } of catalog.cells)
        yield [id, 'organization:acme', permission.id, scopes, scopeWord];
    }
  }
}

function allows(engine: CasbinEngine, [subjectId, workspace, permission, scopes]: Asked): boolean {
  const organization = workspace.split(':')[1];
  const place = organization === undefined ? { workspace } : { workspace: undefined, organization };
  const request = { subjectType: 'user', subjectId, ...place, permission, ...(scopes.length > 0 ? { scopes } : {}) };
  return engine.decide(request, fixedNowMs) === 'granted';
}

describe('a plan', () => {
  it('is in the exported rows, so that stock Casbin decides the same on each', async () => {
    const counted = { allowed: 0, denied: 0 };
    await fc.assert(
      fc.asyncProperty(drawn, fc.constantFrom(...plans), async (one, plan) => {
        const policy = compiled(new PolicyCompiler(), on(plan, one));
        const engine = await CasbinEngine.create(policy);
        const rows = formatPolicyCsv(casbinRows(policy, fixedNowMs));
        const casbin = await newBareEnforcer(newModelFromString(modelText), new StringAdapter(rows));
        for (const asked of questions(policy)) {
          const [subject, workspace, permission, , word] = asked;
          const [resource = '', action = ''] = permission.split(':');
          const isAllowed = casbin.enforceSync(`user:${subject}`, workspace, resource, action, word);
          assert.strictEqual(allows(engine, asked), isAllowed, `${JSON.stringify(asked)} on ${plan}`);
          counted[isAllowed ? 'allowed' : 'denied'] += 1;
        }
      }),
      { numRuns: policies },
    );
    assertReached(Math.min(counted.allowed, counted.denied), 5 * policies);
  }).timeout(60_000 + 2000 * policies);

  it('that has less gives nobody more, and one that is taken away and given back changes nothing', async () => {
    let lost = 0;
    await fc.assert(
      fc.asyncProperty(drawn, async (one) => {
        const compiler = new PolicyCompiler();
        const sequence: readonly Plan[] = ['free', 'scale', 'enterprise', 'scale', 'free', 'enterprise'];
        const engines: CasbinEngine[] = [];
        for (const plan of sequence) engines.push(await CasbinEngine.create(compiled(compiler, on(plan, one))));
        const [free, scale, enterprise, scaleAgain, freeAgain, enterpriseAgain] = engines as [
          CasbinEngine,
          CasbinEngine,
          CasbinEngine,
          CasbinEngine,
          CasbinEngine,
          CasbinEngine,
        ];
        for (const asked of questions(free.policy)) {
          const [least, more, most] = [free, scale, enterprise].map((engine) => allows(engine, asked));
          const name = JSON.stringify(asked);
          assert.isTrue(!least || more, `free gives more than scale: ${name}`);
          assert.isTrue(!more || most, `scale gives more than enterprise: ${name}`);
          const again = [freeAgain, scaleAgain, enterpriseAgain].map((engine) => allows(engine, asked));
          assert.deepEqual(again, [least, more, most], name);
          if (most && !least) lost += 1;
        }
      }),
      { numRuns: policies },
    );
    assertReached(lost, policies);
  }).timeout(60_000 + 2000 * policies);
});
