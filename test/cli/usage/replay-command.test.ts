import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const path = 'policies/support.yaml';
const good = smallPolicy()[path] ?? '';
const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/replay.schema.json', import.meta.url), 'utf8'),
) as object;

/** A line of the past; what is given stands in place of what it has. */
function past(subject: string, permission: string, decision: boolean, more: object = {}): string {
  const reason = decision ? 'granted' : 'not-granted';
  const line = {
    time: '2026-11-20T09:00:00.000Z',
    id: `7-${subject}`,
    revision: 'aaaaaaaaaaaa',
    subject: { type: 'user', id: `${subject}@acme.example` },
    workspace: 'support',
    permission,
    decision,
    reason,
  };
  return `${JSON.stringify({ ...line, ...more })}\n`;
}

const ana = past('ana', 'tag:create', true);
const cy = past('cy', 'tag:create', false);
/** Bo may send in his own conversations alone. */
const bo = past('bo', 'message:send', true, { foundScope: 'personal' });

interface Told {
  readonly lines: number;
  readonly same: number;
  readonly different: { readonly allowed: number; readonly denied: number };
  readonly unknown: { readonly attributes: number; readonly members: number };
  readonly passing: number;
  readonly skipped: Record<string, number>;
  readonly odd: readonly { readonly file: string; readonly number: number; readonly message: string }[];
  readonly revisions: number;
  readonly renamed: number;
  readonly outOfOrder: number;
  readonly ahead: number;
  readonly policy?: string;
  readonly groups: readonly {
    readonly change: string;
    readonly count: number;
    readonly before: object;
    readonly after: object;
    readonly people: { readonly count: number; readonly first: readonly object[] };
    readonly example: { readonly file: string; readonly number: number };
  }[];
  readonly untoldGroups: number;
  readonly failed: readonly string[];
}

describe('rolebook replay', function () {
  this.timeout(60_000);
  const isReplay = new Ajv2020({ strict: true }).compile(schema);
  let policy: GitPolicy;
  beforeEach(async () => (policy = await createGitPolicy()));
  afterEach(() => policy.dispose());

  const replay = (...args: string[]): Promise<CommandResult> => runCommand(['replay', ...args], { cwd: policy.root });
  const log = (text: string | Buffer, name = 'log.jsonl'): Promise<void> => writeFile(join(policy.root, name), text);
  const told = async (...args: string[]): Promise<Told> => {
    const { stdout, stderr } = await replay(...args, '--format', 'json');
    assert.notStrictEqual(stdout, '', stderr);
    const value = JSON.parse(stdout) as Told;
    assert.isTrue(isReplay(value), JSON.stringify(isReplay.errors));
    return value;
  };
  const promote = (): Promise<void> =>
    policy.write(
      path,
      good
        .replace('cy@acme.example: member', 'cy@acme.example: team-lead')
        .replace('ana@acme.example: team-lead', 'ana@acme.example: trainee'),
    );

  it('says that nothing differs, and ends with 0, whatever it is to fail on', async () => {
    await log(ana + cy + bo);
    const { exitCode, stderr, stdout } = await replay('log.jsonl', '--fail-on', 'allowed,denied');
    assert.strictEqual(exitCode, 0, stderr);
    assert.include(stderr, 'none of 3 answers would be different');
    assert.include(stdout, '1 line is unknown: the answer depends on attributes that the line does not have');
  });

  it('tells which answers would differ, for whom, how often and why, and closes its gate', async () => {
    await promote();
    await log(ana + cy + cy + ana + ana);
    const { groups, different, lines } = await told('log.jsonl');
    assert.deepEqual([lines, different], [5, { allowed: 2, denied: 3 }]);
    const [denied, allowed] = groups;
    assert.deepInclude(denied, { change: 'denied', count: 3, before: { reason: 'granted' } });
    assert.deepInclude(denied?.after, { reason: 'not-granted' });
    assert.deepInclude(allowed?.after, { reason: 'granted', role: 'team-lead', file: path, line: 7 });
    assert.deepEqual(denied?.people.first, [{ subject: { type: 'user', id: 'ana@acme.example' }, count: 3 }]);
    assert.deepInclude(denied?.example, { file: 'log.jsonl', number: 1 });
    for (const [gate, exitCode] of [
      ['denied', 1],
      ['allowed', 1],
      ['allowed,denied', 1],
    ] as const) {
      assert.strictEqual((await replay('log.jsonl', '--fail-on', gate)).exitCode, exitCode);
    }
    assert.strictEqual((await replay('log.jsonl')).exitCode, 0);
    await log(cy);
    assert.strictEqual((await replay('log.jsonl', '--fail-on', 'denied')).exitCode, 0);
  });

  it('reads as a person reads it, as Markdown and as a page, whatever somebody is called', async () => {
    await promote();
    const hostile = '<img src=x onerror=alert`1`>|*_[x]';
    const text = good.replace('cy@acme.example: member', `${JSON.stringify(hostile)}: team-lead`);
    await policy.write(path, text);
    await log(past('cy', 'tag:create', false, { subject: { type: 'user', id: hostile } }));
    const plain = await replay('log.jsonl');
    assert.include(plain.stdout, 'allowed tag:create: 1 answer');
    assert.include(plain.stdout, `not-granted then, granted by \`team-lead\` now, ${path}:7`);
    assert.include(plain.stderr, '1 of 1 answer would be different: 1 allowed that was denied');
    const markdown = (await replay('log.jsonl', '--format', 'markdown')).stdout;
    assert.include(markdown, '| allowed | `tag:create` | 1 |');
    assert.notInclude(markdown, '<img');
    const html = (await replay('log.jsonl', '--format', 'html')).stdout;
    assert.include(html, '&lt;img');
    assert.notInclude(html, '<img');
    assert.include(html, "default-src 'none'");
  });

  it('decides as of the time of each line, or as of another for all', async () => {
    await policy.write(
      path,
      good.replace('cy@acme.example: member', 'cy@acme.example: [{ role: team-lead, until: 2026-11-20 }]'),
    );
    await log(past('cy', 'tag:create', true) + past('cy', 'tag:create', false, { time: '2026-11-21T09:00:00Z' }));
    assert.deepEqual((await told('log.jsonl')).different, { allowed: 0, denied: 0 });
    assert.deepEqual((await told('log.jsonl', '--at', '2026-11-20T10:00:00Z')).different, { allowed: 1, denied: 0 });
    assert.deepEqual((await told('log.jsonl', '--at', 'now')).different, { allowed: 0, denied: 1 });
  });

  it('never guesses what depends on attributes that the log does not have', async () => {
    const owner = { attributes: { 'resource.owner': 'bo@acme.example' } };
    await log(past('bo', 'message:send', true, owner) + past('bo', 'message:send', false) + bo);
    const found = await told('log.jsonl');
    assert.deepInclude(found, {
      same: 1,
      unknown: { attributes: 2, members: 0 },
      different: { allowed: 0, denied: 0 },
    });
    await policy.write(
      'roles.yaml',
      (smallPolicy()['roles.yaml'] ?? '').replace('baseline: ["message:send@personal"]', 'baseline: []'),
    );
    await policy.write(
      path,
      good.replace('extends: member\n    without: ["message:send@shared"]', 'grants: [comment:send]'),
    );
    const after = await told('log.jsonl');
    assert.deepInclude(after, { unknown: { attributes: 0, members: 0 }, different: { allowed: 0, denied: 2 } });
    await policy.write('roles.yaml', smallPolicy()['roles.yaml'] ?? '');
    await policy.write(path, good);
    assert.deepInclude(await told('log.jsonl', '--scopes-as-found'), {
      unknown: { attributes: 1, members: 0 },
      same: 2,
    });
  });

  it('leaves names in paths what they are', async () => {
    const odd = {
      '__proto__.polluted': 'yes',
      'resource.__proto__.owner': 'x',
      resource: 'y',
      '': 'z',
      'subject.id': 'w',
    };
    const text = `{"attributes":${JSON.stringify(odd)},${ana.slice(1)}`;
    await log(text);
    assert.deepInclude(await told('log.jsonl'), { lines: 1, same: 1 });
    assert.notProperty({}, 'polluted');
  });

  it('does not take for a difference what a database gave at run time, nor what said nothing of the policy', async () => {
    await log(
      past('dee', 'tag:create', true, { revision: 'aaaaaaaaaaaa.17-9f1c22ab' }) +
        past('ana', 'tag:create', false, { reason: 'stale-policy' }) +
        past('ana', 'tag:create', false, { reason: 'error' }),
    );
    const found = await told('log.jsonl', '--fail-on', 'denied,allowed');
    assert.deepInclude(found, { passing: 2, unknown: { attributes: 0, members: 1 }, failed: [] });
  });

  it('knows former names, and counts them', async () => {
    const renamed = { 'roles.yaml': 'tag:create: { title: Create tags, was: label:create }' };
    await policy.write(
      'roles.yaml',
      (smallPolicy()['roles.yaml'] ?? '').replace('tag:create: Create tags', renamed['roles.yaml']),
    );
    await policy.write(
      path,
      good.replace('title: Support\n', 'title: Support\nformerly: helpdesk\n').replace('"tag:*"', 'tag:create'),
    );
    await log(past('ana', 'label:create', true, { workspace: 'helpdesk' }) + ana + past('ana', 'label:make', true));
    const found = await told('log.jsonl');
    assert.deepInclude(found, { renamed: 1, same: 2, different: { allowed: 0, denied: 1 } });
    assert.deepInclude(found.groups[0]?.after, { reason: 'unknown-permission' });
  });

  it('tells odd lines, counts them and goes on', async () => {
    const late = past('cy', 'tag:create', false, { time: '2026-11-20T08:00:00Z' });
    const ahead = past('cy', 'tag:create', false, { time: '2127-01-01T00:00:00Z', revision: 'another' });
    const torn = ana.slice(0, 60);
    await log(`\uFEFF${ana}\r\n\nnonsense\n{}\n[]\n\0\0\0\n${'x'.repeat(70_000)}\n${late}${ahead}${torn}`);
    const found = await told('log.jsonl');
    assert.deepInclude(found, { lines: 3, same: 3, outOfOrder: 1, ahead: 1, revisions: 2 });
    assert.deepEqual(found.skipped, { 'cut-off': 2, 'not-a-decision': 2, zeros: 1, 'too-long': 1 });
    assert.deepInclude(found.odd[0], { file: 'log.jsonl', number: 4 });
    await log('');
    const [empty, gate] = [await replay('log.jsonl'), await replay('log.jsonl', '--fail-on', 'denied')];
    assert.deepEqual([empty.exitCode, gate.exitCode], [0, 3]);
    assert.include(empty.stderr, 'there is no decision in the log');
  });

  it('reads several files, compressed or not, and one that is torn off up to there', async () => {
    await log(ana);
    await log(gzipSync(cy + cy), 'log.1.gz');
    await log(Buffer.concat([gzipSync(ana), gzipSync(bo)]), 'log.2.jsonl');
    assert.deepInclude(await told('log.jsonl', 'log.1.gz', 'log.2.jsonl'), { lines: 5, skipped: {} });
    const many = Array.from({ length: 5000 }, (_, index) => past(`cy${index}`, 'tag:create', false)).join('');
    await log(gzipSync(many).subarray(0, -2000), 'torn.gz');
    const { lines, skipped, odd } = await told('torn.gz', 'log.jsonl');
    assert.isAbove(lines, 100);
    assert.isAtLeast(skipped['cut-off'] ?? 0, 1);
    assert.isTrue(odd.some(({ message }) => message.startsWith('the compressed file is torn')));
  });

  it('tells as many kinds as it may, and how many more there are', async () => {
    await policy.write(path, good.replace('  ana@acme.example: team-lead\n', ''));
    await log(ana + past('ana', 'conversation:assign', true) + past('ana', 'comment:send', true));
    const found = await told('log.jsonl', '--limit', '2');
    assert.deepEqual([found.groups.length, found.untoldGroups], [2, 1]);
    assert.include((await replay('log.jsonl', '--limit', '2')).stdout, '… and 1 kind more');
  });

  it('asks a ref of the repository, or a branch elsewhere', async () => {
    policy.commit();
    policy.git('checkout', '--quiet', '-b', 'next');
    await promote();
    policy.commit();
    policy.git('checkout', '--quiet', 'main');
    await log(ana + cy);
    assert.deepEqual((await told('log.jsonl')).different, { allowed: 0, denied: 0 });
    const here = await told('log.jsonl', '--ref', 'next');
    assert.deepInclude(here, { policy: 'the ref `next`', different: { allowed: 1, denied: 1 } });
    const url = `file://${policy.root}`;
    const elsewhere = await told('log.jsonl', '--git', url, '--ref', 'next');
    assert.deepEqual(elsewhere.different, { allowed: 1, denied: 1 });
    assert.deepEqual((await told('log.jsonl', '--git', url)).different, { allowed: 0, denied: 0 });
  });

  it('does nothing with files that have errors', async () => {
    await policy.write(path, 'workspace: [');
    await log(ana);
    const { exitCode, stdout, stderr } = await replay('log.jsonl');
    assert.deepEqual([exitCode, stdout], [1, '']);
    assert.include(stderr, path);
  });

  for (const [args, message] of [
    [[], 'LOG'],
    [['nowhere.jsonl'], 'there is no file `nowhere.jsonl`'],
    [['policies'], '`policies` is a folder'],
    [['log.jsonl', '--ref', 'nowhere'], 'there is no commit `nowhere`'],
    [['log.jsonl', '--fail-on', 'gained'], '`--fail-on` cannot be `gained`'],
    [['log.jsonl', '--fail-on', 'denied,'], '`--fail-on` cannot be ``'],
    [['log.jsonl', '--limit', '0'], '`--limit` takes a whole number'],
    [['log.jsonl', '--limit', '1.5'], '`--limit` takes a whole number'],
    [['log.jsonl', '--at', 'yesterday'], '`--at` takes a time'],
    [['log.jsonl', '--format', 'xml'], '`--format` cannot be `xml`'],
    [['log.jsonl', '--path', 'access'], '`--git` is missing'],
    [['log.jsonl', '--git-token-file', 'token'], '`--git` is missing'],
    [['log.jsonl', '--git', 'https://x.example/a.git', '--policy', 'access'], 'cannot stand together'],
    [['log.jsonl', '--git', 'file:///nowhere', '--git-token-file', 'token'], '`--git-token-file` is for `https://`'],
    [['log.jsonl', '--policy', 'nowhere'], 'nowhere'],
  ] as const) {
    it(`refuses ${args.join(' ') || 'no log'}`, async () => {
      await log(ana);
      policy.commit();
      const { exitCode, stderr, stdout } = await replay(...args);
      assert.deepEqual([exitCode, stdout], [2, ''], stderr);
      assert.include(stderr, message);
    });
  }
});
