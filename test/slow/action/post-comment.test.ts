import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { repository } from '../../docs/markdown.ts';
import { bot, startGithubApi, type GithubApi } from './github-api.ts';

const run = promisify(execFile);
const marker = '<!-- rolebook -->';
const noNews = '<!-- rolebook: no news -->';
const ours = `${marker}\n2 people gain`;

describe('the comment in a pull request', () => {
  let folder: string;
  let github: GithubApi;

  const begin = async (...conditions: Parameters<typeof startGithubApi>): Promise<void> => {
    github = await startGithubApi(...conditions);
  };
  const post = async (text: string, more: Record<string, string> = {}, mark = marker): Promise<string> => {
    const file = join(folder, 'comment.md');
    await writeFile(file, `${mark}\n${text}`);
    const event = join(folder, 'event.json');
    if (more['event'] !== undefined) await writeFile(event, more['event']);
    else await writeFile(event, JSON.stringify({ action: 'opened', pull_request: { number: 7 } }));
    const env = {
      PATH: process.env['PATH'],
      INPUT_FILE: file,
      INPUT_TOKEN: 'ghs_secret',
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'acme/access',
      GITHUB_EVENT_PATH: event,
      ...more,
    };
    // Whatever becomes of the comment, the exit code is 0: execFile would throw at another.
    const { stdout, stderr } = await run(process.execPath, [join(repository, 'comment/post-comment.js')], { env });
    assert.strictEqual(stderr, '');
    assert.match(stdout, /^[^\n]+\n$/);
    assert.notInclude(stdout, 'secret');
    return stdout.trimEnd();
  };
  const writes = (): string[] => github.requests.filter((request) => !request.startsWith('GET '));

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rolebook-comment-'))));
  afterEach(async () => {
    await github.stop();
    await rm(folder, { recursive: true });
  });

  describe('is one', () => {
    it('that the first run posts and the next one writes anew', async () => {
      await begin();
      assert.strictEqual(await post('1 person gains'), 'rolebook: the comment was posted');
      assert.strictEqual(await post('2 people gain'), 'rolebook: the comment was brought up to date');
      assert.deepEqual(
        github.comments.map(({ body }) => body),
        [ours],
      );
    });

    it('and stays as it is when there is nothing new to say', async () => {
      await begin();
      await post('2 people gain');
      assert.strictEqual(await post('2 people gain'), 'rolebook: the comment is up to date');
      assert.deepEqual(writes(), ['POST /repos/acme/access/issues/7/comments']);
    });

    it('even behind more than a hundred others', async () => {
      await begin();
      for (let id = 1; id <= 230; id += 1) github.comments.push({ id, body: 'Nice', user: bot });
      github.comments.push({ id: 231, body: '<!-- rolebook -->\n1 person gains', user: bot });
      await post('2 people gain');
      assert.deepEqual(writes(), ['PATCH /repos/acme/access/issues/comments/231']);
    });

    it('of the person whose token it is', async () => {
      await begin({ person: 'olu' });
      github.comments.push({ id: 1, body: ours, user: bot });
      await post('1 person gains');
      await post('2 people gain');
      assert.deepEqual(
        github.comments.map(({ user, body }) => [user?.login, body]),
        [
          [bot.login, ours],
          ['olu', ours],
        ],
      );
    });

    it("and not somebody else's that begins in the same way", async () => {
      await begin();
      const theirs = { id: 1, body: '<!-- rolebook -->\nnobody gains anything', user: { login: 'eve', type: 'User' } };
      const gone = { id: 2, body: '<!-- rolebook -->\nnobody gains anything', user: null };
      const empty = { id: 3, body: null, user: bot };
      const quoting = { id: 4, body: `> ${ours}`, user: bot };
      const others = [theirs, gone, empty, quoting];
      github.comments.push(...others.map((comment) => ({ ...comment })));
      await post('2 people gain');
      assert.deepEqual(github.comments.slice(0, 4), others);
      assert.deepEqual(github.comments.slice(4), [{ id: 5, body: ours, user: bot }]);
    });
  });

  describe('is not there', () => {
    it('when nothing changes for anybody, unless an earlier one says otherwise', async () => {
      await begin();
      const silent = 'rolebook: nobody gains or loses anything, so no comment';
      assert.strictEqual(await post('nobody gains', {}, noNews), silent);
      assert.isEmpty(github.comments);
      await post('2 people gain');
      await post('nobody gains', {}, noNews);
      assert.deepEqual(
        github.comments.map(({ body }) => body),
        ['<!-- rolebook -->\nnobody gains'],
      );
    });

    it('when the event is no pull request', async () => {
      await begin();
      const numbers = ['"7"', '7.5', '-7', '0', '1e99', '"7/../8"', '[7]', 'null', 'true'];
      const odd = numbers.map((number) => `{"pull_request": {"number": ${number}}}`);
      for (const event of ['{"ref": "refs/heads/main"}', '{"pull_request": null}', '{"pull_request": {}}', ...odd])
        assert.strictEqual(await post('2 people gain', { event }), 'rolebook: no pull request, so no comment');
      assert.isEmpty(github.requests);
    });

    for (const [what, conditions, expected] of [
      [
        'a fork may not write',
        { refusesToWriteWith: 403 },
        'POST /repos/acme/access/issues/7/comments was answered with 403',
      ],
      ['GitHub is down', { saysAlways: { status: 500, body: '{}' } }, 'GET /user was answered with 500'],
      ['GitHub knows no such repository', { saysAlways: { status: 404, body: '' } }, 'GET /user was answered with 404'],
      ['what comes is no JSON', { saysAlways: { status: 200, body: '<html>\n::error::x' } }, 'is not valid JSON'],
      [
        'what comes is no list',
        { saysAlways: { status: 200, body: '{"login": "olu"}' } },
        'found.find is not a function',
      ],
      ['GitHub is too slow', { delayMs: 3000 }, 'The operation was aborted due to timeout'],
    ] as const) {
      it(`when ${what}, which is told in one line`, async () => {
        await begin(conditions);
        const told = await post('2 people gain', {
          ROLEBOOK_TIMEOUT_MS: what === 'GitHub is too slow' ? '200' : '9000',
        });
        assert.match(told, /^::warning title=rolebook::the comment could not be written: /);
        assert.include(told, expected);
        assert.isEmpty(github.comments);
      });
    }

    it('when nobody answers at all', async () => {
      await begin();
      const told = await post('2 people gain', { GITHUB_API_URL: 'http://127.0.0.1:1' });
      assert.strictEqual(told, '::warning title=rolebook::the comment could not be written: fetch failed');
    });

    it('when the token is wrong, and no error quotes it', async () => {
      await begin();
      for (const INPUT_TOKEN of [
        '',
        'another secret',
        'secret\nin two lines',
        'secret\r\n::set-output name=x::y',
        'secr€t secret',
      ])
        assert.match(await post('2 people gain', { INPUT_TOKEN }), /^::warning title=rolebook::/);
      assert.isEmpty(writes());
    });

    it('when the event cannot be read', async () => {
      await begin();
      for (const event of ['', '{', 'null', '::error::x\n::error::y'])
        assert.match(await post('2 people gain', { event }), /^::warning title=rolebook::/);
      assert.isEmpty(github.requests);
    });
  });

  it('is cut to what GitHub takes, between lines, and says so first', async () => {
    await begin();
    await post('| ➕ gains | `ana@acme.example` | send messages |\n'.repeat(3000));
    const lines = github.comments[0]!.body!.trimEnd().split('\n');
    assert.deepEqual(lines.slice(0, 3), [
      '<!-- rolebook -->',
      'This is not all: the whole text is in the summary of the check.',
      '',
    ]);
    assert.deepEqual(new Set(lines.slice(3)), new Set(['| ➕ gains | `ana@acme.example` | send messages |']));
    assert.isAbove(lines.length, 1000);
  });

  it('says what it was given, but for what nobody can see', async () => {
    await begin();
    const odd = '$(touch x) `id` "\\u0000" ${{ github.token }} 😀 <!-- rolebook -->\n\t::error::x';
    await post(odd);
    assert.strictEqual(github.comments[0]!.body, `${marker}\n${odd}`);
    await post('a\u202eb\u2028c\rd\u0000e\u001b[2Jf\r\ng');
    assert.strictEqual(github.comments[0]!.body, `${marker}\na\ufffdb\ufffdc\ufffdd\ufffde\ufffd[2Jf\ng`);
    await post('x'.repeat(70_000));
    assert.match(String(github.comments[0]!.body), /^<!-- rolebook -->\nThis is not all: /);
  });

  it('is of no file that no review wrote', async () => {
    await begin();
    const outside = join(folder, 'outside.md');
    await writeFile(outside, `${marker}\na secret of the runner`);
    await symlink(outside, join(folder, 'link.md'));
    await run('mkfifo', [join(folder, 'pipe.md')]);
    for (const name of ['link.md', 'pipe.md', 'none.md', '.', '../', '']) {
      const told = await post('2 people gain', { INPUT_FILE: name && join(folder, name) });
      assert.match(told, /^::warning title=rolebook::the comment could not be written: the file /, name);
    }
    const odd = ['', ' <!-- rolebook -->', '<!-- rolebook -->x', '\ufeff<!-- rolebook -->', '::error::x'];
    for (const first of odd)
      assert.include(await post('2 people gain', {}, first), 'the file does not begin as a review does');
    assert.include(await post('x'.repeat(2 ** 20)), 'the file is larger than 1048576 bytes');
    assert.isEmpty(github.requests);
  });

  it('is for the repository that the event is of, and never for a path elsewhere', async () => {
    await begin();
    for (const GITHUB_REPOSITORY of [
      '',
      'acme',
      'acme/access/../../x',
      'acme/access?x',
      '/acme/access',
      'acme/access\n',
    ])
      assert.include(await post('2 people gain', { GITHUB_REPOSITORY }), 'names no repository');
    assert.isEmpty(github.requests);
  });
});
