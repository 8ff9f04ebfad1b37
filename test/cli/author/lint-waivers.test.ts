import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const catalog = `permissions:
  C:
    a:b: t
    member:manage: { title: Change members, controls: members }
roles:
  member: { grants: [a:b] }
  manager: { grants: ["member:manage"] }
`;
const support = `workspace: support
members:
  ana: member
  bo: [{ role: member, until: 2026-10-31 }]
  cy: [{ role: member, until: 2026-10-31 }, { role: manager, until: 2026-10-01 }]
`;

const lift = '{ check: self-lift, role: manager, reason: managers are trusted, until: 2027-06-30 }';
const bo = '{ check: expired-membership, member: bo, reason: kept for the audit, until: 2027-06-30 }';
const cyMember = '{ check: expired-membership, member: "user:cy", role: member, reason: r, until: 2027-06-30 }';
const cyManager = '{ check: expired-membership, member: cy, role: manager, reason: r, until: 2027-06-30 }';

describe('rolebook lint with waivers', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({ 'roles.yaml': catalog, 'policies/support.yaml': support });
  });
  afterEach(() => folder.dispose());

  const waive = (...waivers: string[]): Promise<void> =>
    folder.write('roles.yaml', `${catalog}waive:\n${waivers.map((one) => `  - ${one}\n`).join('')}`);
  const lint = (...argv: string[]): Promise<CommandResult> =>
    runCommand(['lint', '--at', '2026-11-20', ...argv], { cwd: folder.root });

  interface Report {
    readonly problems: readonly { readonly code: string; readonly line: number }[];
    readonly waived: readonly { readonly code: string; readonly reason: string; readonly until: string }[];
    readonly counts: Readonly<Record<string, number>>;
  }
  const report = async (...argv: string[]): Promise<Report> =>
    JSON.parse((await lint('--format', 'json', ...argv)).stdout) as Report;
  const codes = ({ problems }: Report): string[] => problems.map(({ code, line }) => `${code}:${line}`).sort();

  it('finds four things without them', async () => {
    const { problems, waived, counts } = await report();
    assert.lengthOf(problems, 4);
    assert.deepEqual([waived, counts], [[], { files: 2, errors: 0, warnings: 4, waived: 0 }]);
    assert.equal((await lint('--strict')).exitCode, 1);
  });

  it('tells what is accepted as that, and is strict about the rest', async () => {
    await waive(lift, bo, cyMember);
    assert.equal((await lint('--strict')).exitCode, 1);
    const { problems, waived, counts } = await report();
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['expired-membership'],
    );
    assert.deepEqual(counts, { files: 2, errors: 0, warnings: 1, waived: 3 });
    assert.sameDeepMembers(
      waived.map(({ code, reason, until }) => [code, reason, until]),
      [
        ['self-lift', 'managers are trusted', '2027-06-30'],
        ['expired-membership', 'kept for the audit', '2027-06-30'],
        ['expired-membership', 'r', '2027-06-30'],
      ],
    );
    await waive(lift, bo, cyMember, cyManager);
    const strict = await lint('--strict');
    assert.equal(strict.exitCode, 0, strict.all);
    assert.equal(strict.stderr, 'no problems in 2 files; 4 waived\n');
    assert.include(strict.stdout, 'policies/support.yaml:4:');
    assert.include(strict.stdout, ' waived until 2027-06-30: role `manager` can lift itself');
    assert.include(strict.stdout, '\nreason: managers are trusted\n');
  });

  it('shows them as notices on GitHub', async () => {
    await waive(lift, bo, cyMember, cyManager);
    const { stdout } = await lint('--format', 'github');
    const lines = stdout.trimEnd().split('\n');
    assert.lengthOf(lines, 4);
    for (const line of lines)
      assert.match(
        line,
        /^::notice file=[^:]*,title=rolebook lint%3A waived::.*\[[a-z-]+\]%0Awaived until 2027-06-30: /,
      );
  });

  it('accepts nothing any more once they are over, and says so', async () => {
    await waive(lift, bo, cyMember, cyManager);
    const later = await runCommand(['lint', '--at', '2027-07-01', '--format', 'json'], { cwd: folder.root });
    assert.deepEqual(codes(JSON.parse(later.stdout) as Report), [
      'expired-membership:4',
      'expired-membership:5',
      'expired-membership:5',
      'self-lift:7',
      'waiver-over:10',
      'waiver-over:11',
      'waiver-over:12',
      'waiver-over:9',
    ]);
    const lastDay = await runCommand(['lint', '--at', '2027-06-30T23:59:59Z', '--strict'], { cwd: folder.root });
    assert.equal(lastDay.exitCode, 0, lastDay.all);
  });

  it('tells of one that finds nothing, and fails for it when strict', async () => {
    await waive(lift, bo, cyMember, cyManager, '{ check: unused-role, role: member, reason: r, until: 2027-06-30 }');
    // Where members are given at run time, files alone do not show an unused role.
    assert.equal((await lint('--strict')).exitCode, 0);
    for (const other of [
      '{ check: self-lift, role: member, reason: r, until: 2027-06-30 }',
      '{ check: self-lift, role: manager, workspace: support, reason: r, until: 2027-06-30 }',
      '{ check: expired-membership, member: ana, reason: r, until: 2027-06-30 }',
      '{ check: expired-membership, member: bo, workspace: Support, reason: r, until: 2027-06-30 }',
      '{ check: expired-membership, file: policies/Support.yaml, reason: r, until: 2027-06-30 }',
      '{ check: expired-membership, organization: acme, reason: r, until: 2027-06-30 }',
      '{ check: expired-membership, member: "service:bo", reason: r, until: 2027-06-30 }',
      '{ check: person-role, role: manager, reason: r, until: 2027-06-30 }',
      '{ check: expired, member: bo, reason: r, until: 2027-06-30 }',
      '{ check: constructor, member: bo, reason: r, until: 2027-06-30 }',
    ]) {
      await waive(lift, bo, cyMember, cyManager, other);
      const found = await report();
      assert.deepEqual(codes(found), ['unused-waiver:13'], other);
      assert.equal((await lint('--strict')).exitCode, 1, other);
      assert.equal((await lint()).exitCode, 0, other);
    }
  });

  it('accepts nothing with one that fits several things', async () => {
    for (const wide of [
      '{ check: expired-membership, workspace: support, reason: r, until: 2027-06-30 }',
      '{ check: expired-membership, member: cy, reason: r, until: 2027-06-30 }',
      '{ check: expired-membership, file: policies/support.yaml, reason: r, until: 2027-06-30 }',
    ]) {
      await waive(wide);
      const found = await report();
      assert.deepEqual([found.counts['waived'], found.counts['warnings']], [0, 5], wide);
      assert.include(codes(found), 'unused-waiver:9', wide);
    }
  });

  it('hides no error, whatever they say', async () => {
    await folder.write('policies/support.yaml', `${support}  dee: mamber\n`);
    await waive(lift, '{ check: unknown-role, member: dee, reason: r, until: 2027-06-30 }');
    const found = await report();
    assert.includeMembers(codes(found), ['unknown-role:6', 'bad-value:10']);
    await waive(lift, '{ check: unused-role, member: dee, reason: r, until: 2027-06-30 }');
    const other = await report();
    assert.include(codes(other), 'unknown-role:6');
    assert.equal((await lint()).exitCode, 1);
    // What could not be understood may be what a waiver is for, in a test, too.
    assert.notInclude(codes(other).join(), 'unused-waiver');
    await folder.write('policies/support.yaml', support);
    await folder.write('policies/a.test.yaml', 'tests: [{ name: n, workspace: support, as: eve, can: [a:c] }]\n');
    await waive(lift, '{ check: unknown-member, member: eve, reason: r, until: 2027-06-30 }');
    assert.deepEqual(
      (await report()).problems.filter(({ code }) => code !== 'expired-membership').map(({ code }) => code),
      ['unknown-permission'],
    );
    await folder.write('policies/a.test.yaml', 'tests: [{ name: n, workspace: support, as: eve, cannot: [a:b] }]\n');
    assert.include((await lint()).stdout, 'policies/a.test.yaml:1:44: waived until 2027-06-30: `eve` is no member');
  });

  it('tells of the files that are named alone', async () => {
    await waive(lift, bo, cyMember, cyManager);
    const one = await lint('policies/support.yaml');
    assert.equal(one.stdout.match(/waived until/g)?.length, 3, one.all);
    assert.equal((await lint('roles.yaml', '--strict')).exitCode, 0);
  });

  it('finds paths wherever the command was started', async () => {
    await waive(lift, bo, cyMember, cyManager, '{ check: person-role, role: manager, reason: r, until: 2027-06-30 }');
    const { stdout } = await runCommand(['lint', '--at', '2026-11-20', '--format', 'json', '--policy', folder.root], {
      cwd: '/',
    });
    const { problems, waived } = JSON.parse(stdout) as { problems: { file: string }[]; waived: { file: string }[] };
    assert.deepEqual(
      problems.map(({ file }) => file),
      [`${folder.root}/roles.yaml`],
    );
    assert.lengthOf(waived, 4);
  });

  it('stops no other command, and is told by none', async () => {
    await waive(lift, '{ check: nothing, role: member, reason: r, until: 2000-01-01 }');
    for (const argv of [['enforce', 'ana', 'support', 'a:b'], ['compile', '--out', 'rows'], ['test']]) {
      const { exitCode, all } = await runCommand(argv, { cwd: folder.root });
      if (argv[0] !== 'test') assert.equal(exitCode, 0, all);
      assert.notInclude(all, 'waive');
    }
  });
});
