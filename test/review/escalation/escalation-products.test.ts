import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { nowMs } from '../../support/compile-yaml.ts';
import { policiesOfOurs } from '../../support/policies-of-ours.ts';

describe('escalation paths of the products', () => {
  const repository = fileURLToPath(new URL('../../..', import.meta.url));

  async function productOf(folder: string, change: (text: string) => string): Promise<PolicySet> {
    const files = (await new PolicyDirectory(join(repository, folder)).read('deciding')).map((file) =>
      file.path === 'roles.yaml'
        ? { path: file.path, content: Buffer.from(change(readFileSync(join(repository, folder, file.path), 'utf8'))) }
        : file,
    );
    return compilePolicy(files, nowMs).policy ?? assert.fail();
  }

  it('have no way open as they are', async () => {
    for (const folder of policiesOfOurs) {
      assert.deepEqual(findEscalationPaths(await productOf(folder, (text) => text)), [], folder);
    }
  });

  it('have one where the phone product does not prevent it: an admin without billing hands themselves the account', async () => {
    const policy = await productOf('examples/phone', (text) =>
      text.replace('escalation: prevent', 'escalation: allow'),
    );
    const path = findEscalationPaths(policy).find(({ key }) => key === '*/admin');
    assert.deepEqual(
      path?.steps.map(({ by, does }) => `${by} ${does}`),
      ['member:invite assign'],
    );
    assert.deepEqual(path?.gained, ['billing:view-invoices', 'billing:change-plan', 'billing:update-payment-methods']);
    assert.isTrue(path?.reachesEverything);
  });

  it('lets an inbox team lead who manages teammates make themselves workspace admin, and no company admin', async () => {
    const policy = await productOf('.', (text) =>
      text.replace('      - tag:apply\n', '      - tag:apply\n      - teammate:manage\n'),
    );
    const paths = findEscalationPaths(policy);
    const lead = paths.find(({ key }) => key === 'support-emea/team-lead');
    assert.deepEqual(
      lead?.steps.map(({ role }) => role),
      ['workspace-admin'],
    );
    assert.deepEqual(lead?.members, ['ana@acme.example']);
    for (const { steps } of paths) for (const { role } of steps) assert.notEqual(role, 'company-admin');
  });
});
