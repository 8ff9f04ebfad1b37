import { assert } from 'chai';
import { describeMutant } from '../../../../src/cli/testing/mutation-text.ts';
import { mutate, testFile } from './mutation-runs.ts';

const organization = `organization: acme
members:
  olu@acme.example: company-admin
groups:
  emea: [ana@acme.example, bo@acme.example]
  idle: [cy@acme.example]
`;

const support = `workspace: support
members:
  bo@acme.example: member
  cy@acme.example: member
  group:emea: workspace-admin
`;

async function run(...tests: string[]): Promise<Record<string, string>> {
  const report = await mutate({
    'policies/organization.yaml': organization,
    'policies/support.yaml': support,
    'policies/a.test.yaml': testFile(...tests),
  });
  const ofGroups = report.mutants.filter(({ mutant }) => mutant.subject !== undefined);
  return Object.fromEntries(
    ofGroups.map(({ mutant, verdict }) => [describeMutant(mutant, (text) => text), verdict.outcome]),
  );
}

const may = (who: string): string => `{ name: x, workspace: support, as: ${who}@acme.example, can: [tag:create] }`;

describe('mutants of groups', () => {
  it('are each group that is given no role, and each subject who leaves its group', async () => {
    assert.deepEqual(await run(may('ana'), may('bo')), {
      'olu@acme.example loses role company-admin': 'lived',
      'ana@acme.example leaves group emea': 'killed',
      'bo@acme.example leaves group emea': 'killed',
      'cy@acme.example leaves group idle': 'redundant',
      'bo@acme.example loses role member': 'redundant',
      'cy@acme.example loses role member': 'lived',
      'group:emea loses role workspace-admin': 'killed',
    });
  });

  it('are noticed by a test of anybody in the group, and of nobody else', async () => {
    const asBo = await run(may('bo'));
    assert.equal(asBo['group:emea loses role workspace-admin'], 'killed');
    assert.equal(asBo['bo@acme.example leaves group emea'], 'killed');
    assert.equal(asBo['ana@acme.example leaves group emea'], 'lived');
    const asOlu = await run(may('olu'));
    assert.equal(asOlu['group:emea loses role workspace-admin'], 'lived');
    assert.equal(asOlu['ana@acme.example leaves group emea'], 'lived');
  });
});
