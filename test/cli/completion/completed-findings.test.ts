import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { writeCountsLine } from '../../../src/review/usage/decision-counts.ts';
import { quarter, row } from '../../review/usage/small-world.ts';
import { askedFolder } from '../ask/asked-folder.ts';

interface Told {
  readonly id: string;
  readonly kind: string;
}

const logKinds = ['unused-permission', 'idle-role', 'unused-role', 'unseen-member'];

describe('completion of findings', () => {
  const { ask, folder } = askedFolder({
    'roles.yaml': `permissions: { C: { a:b: t, a:c: u, a:d: v } }
roles: { member: { grants: [a:b] }, boss: { grants: ["*"], spans: organization, holders: 1 } }
defaultRole: member
`,
    'policies/organization.yaml': 'organization: acme\nmembers: { olu: boss }\n',
    'policies/w.yaml': `workspace: w
roles:
  lead: { grants: [a:b, a:c] }
  chief: { extends: lead, grants: [a:d] }
  idle: { grants: [a:d] }
  twin: { grants: [a:b, a:c] }
members:
  ana: lead
  bo: { roles: [{ role: member, until: 2026-01-31 }] }
  cy: idle
  di: chief
`,
    'policies/v.yaml': 'workspace: v\nmembers: { ed: { roles: [{ role: member, until: 2026-01-31 }] } }\n',
  });
  before(async () => {
    const rows = [row('ana w a:b 7'), row('di w a:d'), row('- ana w a:c'), row('- x w a:d')];
    await writeFile(join(folder().root, 'counts.jsonl'), [quarter, ...rows].map(writeCountsLine).join(''));
    await writeFile(join(folder().root, 'empty.jsonl'), '');
  });

  const review = async (
    ...words: readonly string[]
  ): Promise<{ findings: readonly Told[]; waived: readonly Told[] }> => {
    const { stdout, stderr } = await ask(['review', ...words, '--format', 'json']);
    const told = JSON.parse(stdout === '' ? assert.fail(stderr) : stdout) as {
      findings: readonly Told[];
      waived: readonly { readonly finding: Told }[];
    };
    return { findings: told.findings, waived: told.waived.map(({ finding }) => finding) };
  };
  const ofCounts = ['--counts', 'counts.jsonl'];
  const names = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout, stderr, exitCode } = await ask(['__complete', 'zsh', 'review', ...words]);
    assert.deepEqual([exitCode, stderr], [0, '']);
    const [kind, ...rest] = stdout.trimEnd().split('\n');
    assert.equal(kind, ':names');
    return rest.sort();
  };
  const idsOf = (told: readonly Told[]): readonly string[] => told.map(({ id }) => id).sort();

  it('offers what the files alone show, at the place that was typed', async () => {
    const { findings } = await review('empty.jsonl');
    assert.includeMembers(
      findings.map(({ kind }) => kind),
      ['same-role', 'expired-membership'],
    );
    assert.deepEqual(await names('--waive', ''), idsOf(findings));
    const [first = ''] = idsOf(findings);
    assert.deepEqual(await names('--waive', first.slice(0, 9)), [first]);
    const inOne = idsOf((await review('empty.jsonl', '--workspace', 'v')).findings);
    assert.lengthOf(inOne, 1);
    assert.deepEqual(await names('--workspace', 'v', '--waive', ''), inOne);
    for (const wrong of ['nowhere', '']) assert.deepEqual(await names('--workspace', wrong, '--waive', ''), []);
    assert.deepEqual(await names('--end-waiver', ''), []);
  });

  it('offers what is accepted, also where a log had shown it', async () => {
    const { findings } = await review(...ofCounts);
    const kinds = findings.map(({ kind }) => kind);
    assert.includeMembers(kinds, [
      'unused-permission',
      'idle-role',
      'unseen-member',
      'same-role',
      'expired-membership',
    ]);
    const waived = findings.flatMap(({ id }) => ['--waive', id]);
    const { exitCode, all } = await ask([
      'review',
      ...ofCounts,
      ...waived,
      '--reason',
      'seen',
      '--until',
      '2100-01-01',
    ]);
    assert.equal(exitCode, 0, all);
    const accepted = (await review(...ofCounts)).waived;
    const offered = await names('--end-waiver', '');
    assert.includeMembers([...idsOf(accepted)], [...offered]);
    // What comes from another role has a name that its waiver does not tell.
    const isLeftOut = ({ id }: Told): boolean => !offered.includes(id);
    for (const { kind } of accepted.filter(isLeftOut)) assert.include(['unused-permission', 'mergeable-role'], kind);
    for (const kind of new Set(kinds.filter((one) => logKinds.includes(one))))
      assert.isTrue(
        accepted.some((one) => one.kind === kind && !isLeftOut(one)),
        kind,
      );
    for (const id of offered) {
      const ended = await ask(['review', ...ofCounts, '--end-waiver', id, '--dry-run']);
      assert.equal(ended.exitCode, 0, ended.all);
    }
    assert.deepEqual(await names('--waive', ''), []);
  });

  it('offers none whose acceptance is over, and none of a policy with errors', async () => {
    const text = await readFile(join(folder().root, 'roles.yaml'), 'utf8');
    await folder().write('roles.yaml', text.replaceAll('2100-01-01', '2026-01-01'));
    assert.deepEqual(await names('--end-waiver', ''), []);
    assert.isNotEmpty(await names('--waive', ''));
    await folder().write('roles.yaml', `${text}oops: 1\n`);
    for (const flag of ['--waive', '--end-waiver']) assert.deepEqual(await names(flag, ''), []);
  });
});
