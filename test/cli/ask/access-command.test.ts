import { assert } from 'chai';
import { askedFolder } from './asked-folder.ts';

const at = ['--at', '2026-11-20'];

describe('rolebook access', () => {
  const { ask } = askedFolder();
  const told = async (subject: string): Promise<string> => (await ask(['access', subject, ...at])).all;

  it('tells each place with its roles, their lines, and what each gives', async () => {
    assert.equal(
      await told('ana'),
      `sales (acme)
  member  Standard access  policies/acme/sales.yaml:2:17
    member gives: message:send, comment:send

support (Support, acme)
  lead  Lead  policies/acme/support.yaml:7:8
    lead gives: message:send, comment:send, report:view

shop (free)
  member  Standard access  policies/free/shop.yaml:2:17
    member gives: message:send, comment:send
\`ana\` has roles at 3 places
`,
    );
  });

  it('tells what has ended, what is yet to begin, and why a role was given', async () => {
    assert.equal(
      await told('bo'),
      `support (Support, acme)
  member  Standard access  until 2026-12-31; onboarding  policies/acme/support.yaml:8:25
  lead    Lead             begins 2027-01-01             policies/acme/support.yaml:8:82
    member gives: message:send, comment:send
\`bo\` has roles at one place
`,
    );
    assert.equal(
      await told('eve'),
      `support (Support, acme)
  member  Standard access  ended 2026-01-31  policies/acme/support.yaml:10:26
\`eve\` has roles at one place, and none of them holds now
`,
    );
  });

  it('tells of a role that spans memberships where it holds, and at the company that gave it', async () => {
    assert.equal(
      await told('cora'),
      `the company acme itself
  coordinator  Coordinator  only where one is a member  policies/acme/organization.yaml:8:9

support (Support, acme)
  member       Standard access  policies/acme/support.yaml:9:9
  coordinator  Coordinator      policies/acme/organization.yaml:8:9
    member gives: message:send, comment:send
    coordinator gives: report:*
\`cora\` has roles at 2 places, at one of which none holds now
`,
    );
  });

  it('tells what is the same in all workspaces of a company once, and of staff once for all', async () => {
    const owner = await told('olu');
    assert.include(owner, 'both workspaces of acme\n  owner  Owner  policies/acme/organization.yaml:7:8\n');
    assert.include(owner, 'the company acme itself\n');
    const staff = await told('mia@vendor.example');
    assert.include(staff, 'all 3 workspaces of 2 companies\n  helpdesk  Our support  roles.yaml:23:30\n');
    assert.include(staff, '    every member may only in personal: message:send\n');
    assert.include(staff, '2 companies themselves\n');
  });

  it('names the group by which somebody has a role', async () => {
    assert.include(await told('dan'), 'member  Standard access  group desk  policies/acme/support.yaml:12:15\n');
    assert.include(await told('service:bot'), 'group desk');
  });

  it('does not tell of a permission that a role denies, or takes out of what it follows', async () => {
    assert.include(await told('mo'), '    muted gives: message:send\n');
  });

  it('says that somebody has nothing, exits 0, and names whom it may have meant', async () => {
    const { all, exitCode } = await ask(['access', 'mia@vendor.exmple', ...at]);
    assert.equal(exitCode, 0);
    assert.equal(all, '`mia@vendor.exmple` has no role anywhere\nhelp: did you mean `mia@vendor.example`?\n');
    assert.equal((await ask(['access', '__proto__', ...at])).all, '`__proto__` has no role anywhere\n');
  });

  it('says for programs each permission with its scopes, roles and lines', async () => {
    const { stdout } = await ask(['access', 'cora', ...at, '--format', 'json']);
    const { places } = JSON.parse(stdout) as { places: readonly Record<string, readonly Record<string, unknown>[]>[] };
    assert.deepEqual(
      places.map(({ workspace, organization }) => workspace ?? organization),
      ['acme', 'support'] as never[],
    );
    assert.deepInclude(places[0]?.['roles']?.[0], { role: 'coordinator', spans: 'memberships', time: 'waits' });
    const sending = places[1]?.['permissions']?.find(({ permission }) => permission === 'message:send');
    assert.deepEqual(sending, {
      permission: 'message:send',
      title: 'Send messages',
      category: 'Conversations',
      scopes: { personal: true, shared: true },
      everybody: false,
      roles: [{ role: 'member', scopes: ['personal', 'shared'], file: 'roles.yaml', line: 17, column: 46 }],
    });
  });

  it('keeps within the width of a terminal', async () => {
    for (const columns of [40, 60, 80]) {
      for (const who of ['ana', 'bo', 'olu', 'mia@vendor.example']) {
        const { stdout } = await ask(['access', who, ...at], { isTerminal: true, columns, env: { NO_COLOR: '1' } });
        // A word stays whole.
        for (const line of stdout.split('\n')) {
          if (line.trim().includes(' ')) assert.isAtMost(line.length, columns, line);
        }
      }
    }
  });
});
