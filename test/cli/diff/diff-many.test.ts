import { Writable } from 'node:stream';
import { assert } from 'chai';
import type { CommandIo } from '../../../src/cli/command/command-io.ts';
import type { DiffOptions } from '../../../src/cli/diff/diff-options.ts';
import { judgeChange, judgeReading } from '../../../src/cli/diff/diff-judgement.ts';
import { readBothSides, type DiffReading } from '../../../src/cli/diff/diff-reading.ts';
import { planShares } from '../../../src/review/diff/compare/policy-shares.ts';
import { permissionIds } from '../../soak/many-workspaces.ts';
import { nowMs } from '../../support/compile-yaml.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { runCommand } from '../../support/command-line.ts';
import { judgeUndivided } from '../../support/undivided-diff.ts';
import { quietIo, reportsOf } from './judged-diffs.ts';

const options: DiffOptions = { policy: '.', format: 'json', at: nowMs };

type Files = Record<string, string>;

const rolesText = (grants: string): string =>
  `permissions:
  Things:
${permissionIds.map((id) => `    ${id}: { title: May ${id}${id === 'team:share' ? ', controls: members' : ''} }`).join('\n')}
roles:
  member: { grants: [${grants}] }
  admin: { grants: ["*"] }
`;

/** Workspaces in which everybody follows `member`, some members of which are in the next one after the change. */
function workspaces(count: number, membersEach: number, side: 'before' | 'after'): Files {
  const members = new Map<number, string>();
  for (let index = 0; index < count; index += 1) {
    for (let member = 0; member < membersEach; member += 1) {
      const isMoved = member === 0 && side === 'after' && index % 7 === 0;
      const place = isMoved ? (index + 1) % count : index;
      const line = `  person-${index}-${member}@acme.example: ${member % 2 === 0 ? 'lead' : 'member'}\n`;
      members.set(place, `${members.get(place) ?? ''}${line}`);
    }
  }
  const lead = 'lead: { extends: member, grants: ["tag:*"] }';
  return Object.fromEntries(
    [...members].map(([index, lines]) => [
      `policies/w-${index}.yaml`,
      `workspace: w-${index}\nroles:\n  ${lead}\nmembers:\n${lines}`,
    ]),
  );
}

describe('rolebook diff of many workspaces', () => {
  let policy: GitPolicy;
  let written = '';

  const io = (): CommandIo => ({
    ...quietIo,
    cwd: policy.root,
    stdout: new Writable({
      write: (chunk, _encoding, done) => {
        written += String(chunk);
        done();
      },
    }),
  });

  before(async () => {
    policy = await createGitPolicy({ ...workspaces(300, 100, 'before'), 'roles.yaml': rolesText('"doc:read"') });
    policy.commit();
    await policy.write('roles.yaml', rolesText('"doc:read", "team:share"'));
    for (const [path, text] of Object.entries(workspaces(300, 100, 'after'))) await policy.write(path, text);
  });
  after(() => policy.dispose());

  const read = (): Promise<DiffReading> => readBothSides(io(), options, 'HEAD');

  it('tells the same in shares as of the whole', async () => {
    const reading = await read();
    assert.isAbove(planShares(reading.files), 1);
    const shared = await judgeReading(reading, nowMs, io());
    const { files, base } = await read();
    const whole = await judgeUndivided({ before: base?.files, after: files, members: [], nowMs });
    assert(!('faulty' in shared) && !('faulty' in whole));
    assert.isNotEmpty(whole.difference.changes);
    assert.isNotEmpty(whole.difference.notices);
    assert.isNotEmpty(whole.escalations.opened);
    const expected = reportsOf({ ...whole, base: shared.base });
    assert(JSON.stringify(reportsOf(shared)) === JSON.stringify(expected), 'told otherwise');
  });

  it('prints the errors', async () => {
    await policy.write('policies/w-150.yaml', 'workspace: w-150\nmembers: { ana@acme.example: nobody }\n');
    written = '';
    assert.isUndefined(await judgeChange(await read(), options, io()));
    assert.include(written, 'unknown role');
  });

  it('is the same command', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['diff', 'HEAD'], { cwd: policy.root });
    assert.equal(exitCode, 1);
    assert.include(stdout, 'unknown role `nobody`');
    assert.include(stderr, 'nothing was compared');
  });
});
