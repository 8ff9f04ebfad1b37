import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { change, publicationOf, request } from '../../support/opened-databases.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { rolebookProgram } from '../../support/rolebook-program.ts';
import { execFile } from 'node:child_process';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const onFile = ['--database', 'sqlite:releases.db'];

describe('rolebook rollback', () => {
  let folder: GitPolicy;
  /** The revision where Bo is a trainee; what is published after it lets nobody in but Ana, and Dee at run time. */
  let first: string;

  beforeEach(async () => {
    folder = await createGitPolicy();
    folder.commit();
    first = revisionOf(await run(['publish', ...onFile]));
    const members = 'members: { ana@acme.example: member }\n';
    await folder.write('policies/support.yaml', `workspace: support\ntitle: Support\n${members}`);
    await run(['publish', ...onFile]);
    await giveRole('dee');
  });
  afterEach(() => folder.dispose());

  const run = (argv: string[], typed?: string): Promise<CommandResult> =>
    runCommand(argv, { cwd: folder.root, ...(typed === undefined ? {} : { typed }) });
  const rollback = (more: string[], typed?: string): Promise<CommandResult> =>
    run(['rollback', first, ...onFile, ...more], typed);
  const revisionOf = ({ stdout }: CommandResult): string => /\b[0-9a-f]{12}\b/.exec(stdout)?.[0] ?? '';
  const newest = async (): Promise<string> => (await run(['revisions', ...onFile, '--limit', '1'])).stdout;

  const giveRole = async (id: string): Promise<void> => {
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', folder.root);
    await change(database, publicationOf().policy, request(id, ['member'], { atMs: Date.now() }));
    await database.close();
  };

  it('tells who gains and who loses, and asks', async () => {
    const { exitCode, stdout, stderr } = await rollback(['--author', 'wim'], 'y\n');
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /^\d people gain, nobody loses, in 1 workspace since [0-9a-f]{12}\.3-[0-9a-f]{8} \(release 2 in sqlite:releases\.db\)\n/,
    );
    assert.include(stderr, '+ bo@acme.example may ');
    assert.include(stderr, `publish revision ${first} to sqlite:releases.db? [y/N] `);
    assert.match(
      stdout,
      /^published: revision [0-9a-f]{12}\.\d-[0-9a-f]{8} to sqlite:releases\.db, release 3, with the files of release 1\n$/,
    );
    assert.include(await newest(), 'wim, restored 1');
  });

  it('tells whom it takes from, members at run time included', async () => {
    const second = revisionOf(await run(['publish', ...onFile]));
    await rollback(['--yes']);
    await giveRole('eve');
    const { stderr } = await run(['rollback', second, ...onFile, '--yes']);
    assert.match(stderr, /^nobody gains, \d people lose, /);
    assert.include(stderr, '- bo@acme.example may no longer ');
    await folder.write('policies/support.yaml', 'workspace: other\ntitle: Other\n');
    assert.equal((await run(['publish', ...onFile, '--end-memberships', '2'])).exitCode, 0);
    const dry = await run(['rollback', second, ...onFile, '--dry-run']);
    assert.include(dry.stdout, 'ana@acme.example, dee and eve may ');
    assert.include(
      dry.stdout,
      '~ dee and eve get roles of workspace support back, given at run time: release 5, which took it away, is undone, ',
    );
  });

  it('does nothing without a yes: another word, another line, the end of the input', async () => {
    const before = await newest();
    for (const typed of ['n\n', '\n', '', 'no\n', 'yess\n', 'y y\n', 'Y es\n', 'nein\ny\n', ' \ny\n', 'да\n']) {
      const { exitCode, stdout, stderr } = await rollback([], typed);
      assert.equal(exitCode, 1, JSON.stringify(typed));
      assert.equal(stdout, '');
      assert.match(stderr, /\[y\/N\] nothing was published\n$/, JSON.stringify(typed));
    }
    assert.equal(await newest(), before);
    for (const typed of ['y\n', 'YES\n', ' yes \n', 'y']) {
      assert.equal((await rollback([], typed)).exitCode, 0, JSON.stringify(typed));
      assert.notEqual(await newest(), before);
      first = (await run(['revisions', ...onFile])).stdout.split('\n')[2]?.slice(9, 21) ?? '';
    }
  });

  it('does nothing where nobody can be asked, unless `--yes` said it beforehand', async () => {
    const before = await newest();
    const { exitCode, stdout, stderr } = await rollback([]);
    assert.equal(exitCode, 2);
    assert.equal(stdout, '');
    assert.include(stderr, 'there is no terminal to ask whether to publish it; nothing was done');
    assert.include(stderr, 'help: `--yes` publishes it without asking');
    assert.equal((await rollback(['--yes', '--dry-run'])).exitCode, 2);
    assert.equal(await newest(), before);
    const piped = await pipeYes(['rollback', first, ...onFile]);
    assert.equal(piped.exitCode, 2, piped.stderr);
    assert.equal(await newest(), before);
    assert.equal((await rollback(['--yes'])).exitCode, 0);
    assert.notEqual(await newest(), before);
  });

  /** The program itself, with a pipe that says yes. */
  const pipeYes = (argv: string[]): Promise<{ exitCode: unknown; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [rolebookProgram, ...argv],
        { cwd: folder.root },
        (error, _out, stderr) => resolve({ exitCode: error?.code ?? 0, stderr }),
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end('y\n');
    });

  it('only tells with `--dry-run`, as text or as JSON', async () => {
    const before = await newest();
    const text = await rollback(['--dry-run']);
    assert.deepInclude(text, { exitCode: 0, stderr: '' });
    assert.match(text.stdout, /^\d people gain, nobody loses, /);
    const { changes } = JSON.parse((await rollback(['--dry-run', '--format', 'json'])).stdout) as { changes: object[] };
    assert.isNotEmpty(changes);
    assert.equal(await newest(), before);
  });

  it('keeps stdout to one document where it is for programs', async () => {
    const { stdout, stderr } = await rollback(['--yes', '--format', 'json']);
    assert.deepInclude(JSON.parse(stdout), { outcome: 'published' });
    assert.match(stderr, /^\d people gain, /);
    const again = await rollback(['--format', 'json'], 'n\n');
    assert.deepInclude(again, { exitCode: 1, stdout: '' });
  });

  it('publishes nothing when somebody else changed something while it asked', async () => {
    // Who is asked takes a while: meanwhile Eve comes.
    async function* slowYes(): AsyncGenerator<string> {
      await giveRole('eve');
      yield 'y\n';
    }
    const { Readable } = await import('node:stream');
    const written: string[] = [];
    const { run: runLine } = await import('../../../src/cli/run.ts');
    const { Writable } = await import('node:stream');
    const stream = new Writable({ write: (chunk, _encoding, done) => (written.push(String(chunk)), done()) });
    const answers = Readable.from(slowYes());
    const io = { stdout: stream, stderr: stream, answers, env: {}, cwd: folder.root };
    const before = await newest();
    const exitCode = await runLine(['rollback', first, ...onFile], {
      ...io,
      isTerminal: { stdout: false, stderr: true },
    });
    assert.equal(exitCode, 3, written.join(''));
    assert.include(written.join(''), 'changed meanwhile; nothing was published');
    assert.equal((await newest()).split('\n')[1]?.split(/\s+/)[0], before.split('\n')[1]?.split(/\s+/)[0]);
  });

  it('says so when nobody gains or loses anything, and asks all the same', async () => {
    const text = 'workspace: support\ntitle: Helpdesk\nmembers: { ana@acme.example: member }\n';
    const second = revisionOf(await run(['revisions', ...onFile, '--limit', '1']));
    await folder.write('policies/support.yaml', text);
    await run(['publish', ...onFile]);
    const { exitCode, stderr } = await run(['rollback', second, ...onFile], 'n\n');
    assert.equal(exitCode, 1);
    assert.match(stderr, /^nobody gains or loses anything since /);
  });
});

describe('memberships that end', () => {
  let folder: GitPolicy;
  let first: string;
  const support = 'policies/support.yaml';
  const run = (argv: string[], typed?: string): Promise<CommandResult> =>
    runCommand(argv, { cwd: folder.root, ...(typed === undefined ? {} : { typed }) });
  const publish = (...more: string[]): Promise<CommandResult> => run(['publish', ...onFile, ...more]);
  const newest = async (): Promise<string> => (await run(['revisions', ...onFile, '--limit', '1'])).stdout;

  beforeEach(async () => {
    folder = await createGitPolicy();
    folder.commit();
    first = /\b[0-9a-f]{12}\b/.exec((await publish()).stdout)?.[0] ?? '';
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', folder.root);
    for (let index = 0; index < 60; index += 1)
      await change(database, publicationOf().policy, request(`dee${index}`, ['member']));
    await database.close();
  });
  afterEach(() => folder.dispose());

  it('keep files from being published, and are listed, counted by place', async () => {
    await folder.write(support, 'workspace: help\ntitle: Help\n');
    const before = await newest();
    const { exitCode, stdout, stderr } = await publish();
    assert.equal(exitCode, 1);
    const [head, line, ...others] = stdout.trimEnd().split('\n');
    assert.equal(
      head,
      'refused: publishing this would end 60 memberships given at run time (60 in workspace support); nothing was published to sqlite:releases.db',
    );
    assert.equal(line, 'would end: user:dee0 in workspace support: workspace support is gone');
    assert.equal(others.at(-1), 'and 10 more members; `--format json` has them all');
    assert.include(stderr, 'help: if all of them are to end, say `--end-memberships 60`\n');
    assert.include(stderr, 'is that the right folder, and the right database?');
    assert.equal(await newest(), before);
    const json = await publish('--format', 'json');
    const told = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepInclude(told, {
      outcome: 'refused',
      endedMemberships: { count: 60, places: [{ workspace: 'support', count: 60 }] },
    });
    assert.lengthOf(told['members'] as object[], 60);
    assert.equal(json.exitCode, 1);
  });

  it('end when their number is said, and with no other number', async () => {
    await folder.write(support, 'workspace: help\ntitle: Help\n');
    for (const number of ['1', '59', '61']) {
      const { exitCode, stderr } = await publish('--end-memberships', number);
      assert.equal(exitCode, 1, number);
      assert.include(stderr, `help: \`--end-memberships ${number}\` is another number than that of now\n`);
    }
    for (const wrong of ['0', '-60', '6e1', '60.0', 'all', '0x3c', '', '60 ', '٦٠', '99999999999999999999']) {
      const { exitCode, stderr } = await publish('--end-memberships', wrong);
      assert.equal(exitCode, 2, wrong);
      assert.match(stderr, /^error: /);
    }
    const { exitCode, stdout } = await publish('--end-memberships', '60');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^published: .*\nended: user:dee0 in workspace support: workspace support is gone\n/);
    const left = await publish('--end-memberships', '60');
    assert.equal(left.exitCode, 0, 'the same files are published already');
    await folder.write(support, 'workspace: help\ntitle: Helpdesk\n');
    const stale = await publish('--end-memberships', '60');
    assert.equal(stale.exitCode, 1);
    assert.include(stale.stdout, 'refused: publishing this would end no membership; nothing was published');
    assert.include(stale.stderr, 'help: leave `--end-memberships` out: nothing ends');
  });

  it('are told by `diff --database`, in every format', async () => {
    await folder.write(support, 'workspace: help\ntitle: Help\n');
    const diff = (format: string): Promise<CommandResult> => run(['diff', ...onFile, '--format', format]);
    const sentence =
      'publishing this would end 60 memberships given at run time (60 in workspace support), which --end-memberships 60 allows';
    const text = await diff('text');
    assert.include(text.stdout, `\n! ${sentence}\n`);
    assert.equal(text.exitCode, 0);
    const markdown = (await diff('markdown')).stdout;
    assert.include(markdown, '60 memberships given at run time (60 in workspace `support`)');
    const json = JSON.parse((await diff('json')).stdout) as object;
    assert.deepInclude(json, {
      endedMemberships: { count: 60, places: [{ workspace: 'support', count: 60 }] },
    });
    assert.include((await diff('github')).stdout, 'would end 60 memberships');
    assert.deepInclude(JSON.parse((await run(['diff', 'HEAD', '--format', 'json'])).stdout), {
      endedMemberships: { count: 0, places: [] },
    });
  });

  it('come back with a rollback, and keep one from being done that would end them', async () => {
    await folder.write(support, 'workspace: help\ntitle: Help\n');
    const second = /\b[0-9a-f]{12}\b/.exec((await publish('--end-memberships', '60')).stdout)?.[0] ?? '';
    const back = await run(['rollback', first, ...onFile, '--yes']);
    assert.equal(back.exitCode, 0, back.all);
    assert.include(back.stdout, '\nback: user:dee0 in workspace support: release 2, which took it away, is undone\n');
    assert.match(back.stderr, /^6\d people gain, /);
    const before = await newest();
    for (const [more, typed] of [[['--yes']], [[], 'y\n'], [['--yes', '--end-memberships', '59']]] as const) {
      const { exitCode, stdout, stderr } = await run(['rollback', second, ...onFile, ...more], typed);
      assert.equal(exitCode, 1);
      assert.match(stdout, /^refused: publishing this would end 60 memberships /);
      assert.notInclude(stderr, '[y/N]');
      assert.equal(await newest(), before);
    }
    const dry = await run(['rollback', second, ...onFile, '--dry-run']);
    assert.include(dry.stdout, '! publishing this would end 60 memberships given at run time');
    assert.equal((await run(['rollback', second, ...onFile, '--yes', '--end-memberships', '60'])).exitCode, 0);
  });
});
