import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { gitIn } from '../support/git-policy.ts';
import { runCommand } from '../support/command-line.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** A block of a page, with what the comments in front of it ask for. */
interface Example {
  readonly language: string;
  readonly lines: readonly string[];
  readonly exitCode: number;
  readonly folder: 'empty' | 'template' | 'committed';
  readonly edits: readonly { file: string; from: string; to: string }[];
}

describe('the examples', () => {
  let template: string;
  let cwd: string;

  before(async () => {
    template = await mkdtemp(join(tmpdir(), 'rolebook-template-'));
    await runCommand(['init'], { cwd: template });
    await runCommand(['init', 'access'], { cwd: template });
  });
  after(() => rm(template, { recursive: true, force: true }));

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'rolebook-examples-'));
  });
  afterEach(() => rm(cwd, { recursive: true, force: true }));

  const asking = ['enforce', 'who-can', 'access', 'matrix'];
  const editing = ['role', 'member', 'group', 'workspace', 'organization', 'permission'];
  for (const command of [
    undefined,
    'init',
    'lint',
    'test',
    'diff',
    ...asking,
    ...editing,
    'compile',
    'types',
    'serve',
    'accept',
    'replay',
  ]) {
    it(`in the help of ${command ?? 'rolebook'} run`, async () => {
      const help = await runCommand(['help', ...(command === undefined ? [] : [command])], { cwd });
      const [, examples = ''] = help.stdout.split('\nExamples:\n');
      const lines = examples.trimEnd().split('\n');
      assert.isNotEmpty(lines);
      for (const line of lines) await runExample(line.trim());
    });
  }

  for (const page of [
    'docs/command-line.md',
    'docs/editing.md',
    'docs/editing-places.md',
    'docs/testing-policies.md',
    'docs/reviewing-changes.md',
    'docs/access.md',
    'docs/replaying.md',
  ]) {
    it(`in ${page} run, and give the output it shows`, async () => {
      const examples = parseExamples(await readFile(join(repository, page), 'utf8'));
      for (const example of examples.filter(({ language }) => language === 'sh')) {
        for (const line of example.lines) await runExample(line);
      }
      for (const example of examples.filter(({ language }) => language === 'console')) await checkOutput(example);
    });
  }

  it('of policy tests in docs/testing-policies.md pass', async () => {
    const examples = parseExamples(await readFile(join(repository, 'docs/testing-policies.md'), 'utf8'));
    const pages = examples.filter(({ language }) => language === 'yaml');
    assert.isAtLeast(pages.length, 5);
    for (const { lines } of pages) {
      await prepareFolder('template');
      await writeFile(join(cwd, 'policies/page.test.yaml'), `${lines.join('\n')}\n`);
      const result = await runCommand(['test', 'page.test'], { cwd });
      assert.equal(result.exitCode, 0, result.all);
    }
  });

  async function runExample(line: string): Promise<void> {
    const argv = splitWords(line);
    assert.equal(argv.shift(), 'rolebook', line);
    // A server does not end; what can be known is that its help tells of every option.
    if (argv[0] === 'serve') return checkOptions(argv);
    // What a sidecar is asked is run with a real one, in `test/cli/accept`.
    if (argv[0] === 'accept') return checkOptions(argv);
    // What is done with a server elsewhere is run with a real one, for `docs/git.md`.
    if (argv.includes('--git')) return checkOptions(argv);
    const isOfCommits = argv[0] === 'diff' || argv[0] === 'replay';
    await prepareFolder(argv[0] === 'init' ? 'empty' : isOfCommits ? 'committed' : 'template');
    // What is compared with a database needs one.
    if (argv[1] === '--database') await runCommand(['publish', ...argv.slice(1)], { cwd });
    // The group that another example has made.
    if (argv[0] === 'group' && argv[1] === 'rename') await runCommand(['group', 'set', ...argv.slice(2, 4)], { cwd });
    const { exitCode, all } = await runCommand(argv, { cwd });
    // A deny is told by it, and that a file is not as it would be written.
    const isTold = exitCode === 1 && (argv[0] === 'enforce' || argv.includes('--check'));
    assert.isTrue(exitCode === 0 || isTold, `${line}: ${exitCode}\n${all}`);
  }

  async function checkOptions([command = '', ...words]: readonly string[]): Promise<void> {
    const { stdout } = await runCommand(['help', command], { cwd });
    for (const word of words) if (word.startsWith('--')) assert.include(stdout, `  ${word} `);
  }

  async function checkOutput(example: Example): Promise<void> {
    const [prompt = '', ...output] = example.lines;
    const argv = splitWords(prompt.replace(/^\$ rolebook /, ''));
    await prepareFolder(example.folder);
    for (const edit of example.edits) await applyEdit(edit);
    const result = await runCommand(argv, { cwd });
    assert.equal(maskRevision(result.all.trimEnd()), maskRevision(output.join('\n')), prompt);
    assert.equal(result.exitCode, example.exitCode, prompt);
  }

  async function prepareFolder(folder: Example['folder']): Promise<void> {
    await rm(cwd, { recursive: true });
    if (folder === 'empty') cwd = await mkdtemp(join(tmpdir(), 'rolebook-examples-'));
    else await cp(template, cwd, { recursive: true });
    if (folder !== 'committed') return;
    gitIn(cwd, 'init', '--quiet', '--initial-branch', 'main');
    gitIn(cwd, 'add', '--all');
    gitIn(cwd, 'commit', '--quiet', '--message', 'policy');
    gitIn(cwd, 'branch', 'next');
    await writeFile(join(cwd, 'decisions.jsonl'), pastDecisions.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  async function applyEdit({ file, from, to }: { file: string; from: string; to: string }): Promise<void> {
    const text = await readFile(join(cwd, file), 'utf8');
    assert.include(text, from, file);
    await writeFile(
      join(cwd, file),
      text.replace(from, () => to),
    );
  }
});

/** What the policy of `rolebook init` was asked. */
const pastDecisions = ['conversation:assign', 'analytics:view', 'conversation:assign'].map((permission, index) => ({
  time: `2026-11-2${index}T09:00:00Z`,
  id: `5f0c9a1be2d4-${index}`,
  revision: '81e61c315014',
  subject: { type: 'user', id: 'bo@example.com' },
  workspace: 'support',
  permission,
  decision: true,
  reason: 'granted',
  role: 'team-lead',
}));

function parseExamples(page: string): Example[] {
  const blocks = page.matchAll(/((?:<!-- [^\n]* -->\n)*)```([a-z]+)\n([^]*?)\n```\n/g);
  return [...blocks].map(([, comments = '', language = '', body = '']) => ({
    language,
    lines: body.split('\n'),
    exitCode: Number(/<!-- exits (\d) -->/.exec(comments)?.[1] ?? 0),
    folder: folderOf(comments, body),
    edits: [...comments.matchAll(/<!-- (\S+): `(.*)` becomes `(.*)` -->/g)].map(
      ([, file = '', from = '', to = '']) => ({ file, from, to }),
    ),
  }));
}

// What changes between a commit and the files needs a commit.
function folderOf(comments: string, body: string): Example['folder'] {
  if (comments.includes('<!-- in an empty folder -->')) return 'empty';
  return /^\$ rolebook (diff|replay)/.test(body) ? 'committed' : 'template';
}

// As much of a shell as the examples use: words, and single quotes around some of them.
function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

// It changes with every edit of the template, and says nothing about the command.
function maskRevision(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{12}\b/g, '3f9c2a1b7d4e');
}
