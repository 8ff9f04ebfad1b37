import { assert } from 'chai';
import { askedFolder } from './asked-folder.ts';

describe('a scope that a setting of the company decides', () => {
  const { ask } = askedFolder({
    'roles.yaml': `organizationProperties: { open: false }
scopes:
  let-in: { when: { organization.properties.open: true } }
  private: {}
permissions: { Bookings: { booking:read: { title: Read bookings, scopes: [let-in, private] } } }
roles:
  clerk: { title: Clerk, grants: [booking:read] }
  support: { title: Support, grants: ["booking:read@let-in"], spans: everything }
defaultRole: clerk
staff: { uma: support }
`,
    'policies/a/organization.yaml': 'organization: a\nproperties: { open: true }\n',
    'policies/a/a1.yaml': 'workspace: a1\nmembers: { cy: clerk }\n',
    'policies/b/organization.yaml': 'organization: b\n',
    'policies/b/b1.yaml': 'workspace: b1\nmembers: { cy: clerk }\n',
  });

  it('lets those in who may where every request is in it, and tells of no other scope', async () => {
    const { stdout } = await ask(['who-can', 'booking:read']);
    assert.equal(stdout, 'a1 (a)\n  cy   clerk\n  uma  support\n\nb1 (b)\n  cy  clerk\n');
  });

  it('is no limit in what somebody may', async () => {
    const { stdout } = await ask(['access', 'uma']);
    assert.include(stdout, 'a1 (a)\n  support  Support  roles.yaml:10:15\n    support gives: booking:read\n');
    assert.include(stdout, 'b1 (b), and 2 companies themselves\n  support  Support  roles.yaml:10:15\n');
    assert.lengthOf(stdout.match(/gives/g) ?? [], 1);
  });

  it('has a line of its own in the matrix only where a request can be in it', async () => {
    assert.match((await ask(['matrix', 'a1'])).stdout, /^booking:read@let-in +● +●$/m);
    assert.match((await ask(['matrix', 'b1'])).stdout, /^booking:read@private +●$/m);
    assert.notInclude((await ask(['matrix', 'b1'])).stdout, 'let-in');
    assert.match((await ask(['matrix'])).stdout, /^booking:read@let-in +● +●\nbooking:read@private +●$/m);
  });
});
