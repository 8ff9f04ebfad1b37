import { assert } from 'chai';
import { askedFolder } from './asked-folder.ts';

const at = ['--at', '2026-11-20'];

describe('rolebook who-can', () => {
  const { ask } = askedFolder();

  it('tells who can, place by place, alone, by a group, above and as staff', async () => {
    const { stdout, stderr, exitCode } = await ask(['who-can', 'comment:send', ...at]);
    assert.equal(exitCode, 0);
    assert.equal(
      stdout,
      `both workspaces of acme
  olu  owner

sales (acme)
  ana  member

support (Support, acme)
  service:bot  member (group desk)
  ana          lead
  bo           member               until 2026-12-31
  cora         member
  dan          member (group desk)

shop (free)
  ana  member
  fay  owner
`,
    );
    assert.equal(stderr, '7 can `comment:send`, at 3 places\n');
  });

  it('tells of what belongs to a company at the company itself, too, and of staff once for all companies', async () => {
    const { stdout } = await ask(['who-can', 'billing:view', ...at]);
    assert.equal(
      stdout,
      `the company acme itself, and both workspaces of acme
  olu  owner

the company free itself, and shop (free)
  fay  owner

all 3 workspaces of 2 companies, and these companies themselves
  mia@vendor.example  helpdesk
`,
    );
  });

  it('finds nobody whose company is not on the plan, nor who holds a role only where they are a member', async () => {
    const { stdout } = await ask(['who-can', 'report:export', ...at]);
    assert.equal(stdout, 'both workspaces of acme\n  olu  owner\n\nsupport (Support, acme)\n  cora  coordinator\n');
  });

  it('knows permissions and workspaces by their former ids', async () => {
    const now = await ask(['who-can', 'report:view', '--workspace', 'support', ...at, '--format', 'json']);
    const before = await ask(['who-can', 'report:look', '--workspace', 'help', ...at, '--format', 'json']);
    const document = JSON.parse(before.stdout) as Record<string, unknown>;
    assert.deepInclude(document, { permission: 'report:look', movedTo: ['report:view'] });
    assert.deepEqual(document['holders'], (JSON.parse(now.stdout) as Record<string, unknown>)['holders']);
  });

  it('tells in which scopes somebody can, and asks in one that is named', async () => {
    const any = await ask(['who-can', 'message:send', '--workspace', 'support', ...at]);
    assert.match(any.stdout, /^ {2}mia@vendor\.example {2}helpdesk +only personal; as every member$/m);
    assert.match(any.stdout, /^ {2}ana {17}lead$/m);
    const scope = await ask(['who-can', 'message:send', '--scope', 'shared', '--workspace', 'support', ...at]);
    const written = await ask(['who-can', 'message:send@shared', '--workspace', 'support', ...at]);
    assert.notInclude(scope.stdout, 'mia');
    assert.equal(scope.all, written.all);
    assert.equal(scope.stderr, '7 can `message:send@shared`, at one place\n');
  });

  it('asks about another time', async () => {
    const later = await ask(['who-can', 'comment:send', '--workspace', 'support', '--at', '2027-02-01']);
    assert.match(later.stdout, /^ {2}bo +lead$/m);
    const sooner = await ask(['who-can', 'comment:send', '--workspace', 'support', '--at', '2026-01-31T23:59:59Z']);
    assert.match(sooner.stdout, /^ {2}eve +member +until 2026-01-31$/m);
    assert.notInclude((await ask(['who-can', 'comment:send', ...at])).stdout, 'eve');
  });

  it('asks in one company with --organization', async () => {
    const { stdout } = await ask(['who-can', 'billing:view', '--organization', 'free', ...at]);
    assert.equal(
      stdout,
      'the company free itself, and shop (free)\n  fay                 owner\n  mia@vendor.example  helpdesk\n',
    );
  });

  it('says for programs by which role and line, each place by itself', async () => {
    const { stdout } = await ask(['who-can', 'comment:send', '--workspace', 'support', ...at, '--format', 'json']);
    const { holders, ...head } = JSON.parse(stdout) as { holders: readonly unknown[] };
    assert.containsAllKeys(head, ['permission', 'at', 'revision']);
    assert.deepEqual(holders[0], {
      workspace: 'support',
      organization: 'acme',
      subject: { type: 'service', id: 'bot' },
      everybody: false,
      roles: [
        {
          role: 'member',
          title: 'Standard access',
          group: 'desk',
          file: 'policies/acme/support.yaml',
          line: 12,
          column: 15,
        },
      ],
    });
  });

  it('keeps within the width of a terminal', async () => {
    for (const columns of [40, 60, 80]) {
      const { stdout } = await ask(['who-can', 'message:send', ...at], {
        isTerminal: true,
        columns,
        env: { NO_COLOR: '1' },
      });
      // A word stays whole.
      for (const line of stdout.split('\n')) {
        if (line.trim().includes(' ')) assert.isAtMost(line.length, columns, line);
      }
    }
  });

  it('says that nobody can, and exits 0', async () => {
    const { all, exitCode } = await ask(['who-can', 'billing:view', '--workspace', 'shop', '--at', '1999-01-01']);
    assert.equal(exitCode, 0);
    assert.include(all, '2 can `billing:view`');
    const nobody = await ask(['who-can', 'report:export', '--workspace', 'shop', ...at]);
    assert.equal(nobody.stderr, 'nobody can `report:export`\n');
    assert.equal(nobody.exitCode, 0);
  });
});
