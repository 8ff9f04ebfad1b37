import { assert } from 'chai';
import { publish, runDatabaseSidecar, type DatabaseSidecar } from '../../support/database-sidecar.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

const staffed = (files: Record<string, string>): Record<string, string> => ({
  ...files,
  'roles.yaml': `${files['roles.yaml'] ?? ''}staff: { sue: helper }\n`.replace(
    'roles:\n',
    'roles:\n  helper: { title: Helper, grants: [ticket:close], spans: everything }\n',
  ),
});

/** A sidecar of a database in which kim was given something at each kind of place. */
export interface GivenCompany {
  readonly running: DatabaseSidecar;
  readonly databases: TestDatabases;
}

export async function openGivenCompany(): Promise<GivenCompany> {
  const databases = (await testDatabases[0]?.open()) as TestDatabases;
  const url = await databases.create();
  await publish(url, staffed(groupPolicyFiles()));
  const running = await runDatabaseSidecar(url);
  const give = async (path: string, body: object): Promise<void> => {
    assert.strictEqual((await running.put(`/v1/${path}`, body)).status, 201, path);
  };
  await give('workspaces/support/members/kim', {
    roles: [{ role: 'agent', until: '2999-12-31', reason: 'new' }],
    actor: 'mia',
  });
  await give('workspaces/sales/members/kim', { roles: [{ role: 'closer', from: '2999-01-01' }], actor: 'ada' });
  await give('organizations/acme/members/kim', { roles: ['auditor'], actor: 'olu' });
  await give('organizations/acme/groups/desk/members/kim', { actor: 'ada' });
  return { running, databases };
}
