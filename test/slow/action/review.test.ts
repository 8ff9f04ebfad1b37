import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assert } from 'chai';
import { repository } from '../../docs/markdown.ts';
import { startGithubApi, type GithubApi } from './github-api.ts';
import { createScratchClone, type Finished, type ScratchClone } from './scratch-clone.ts';

const script = join(repository, 'action/review.sh');
const workspace = 'policies/acme/support-emea.yaml';
const lastGrant = '      - "report:*"\n';

describe('the review of a pull request', function () {
  this.timeout(60_000);
  let clone: ScratchClone;
  let github: GithubApi;

  beforeEach(async () => {
    clone = await createScratchClone();
    github = await startGithubApi();
    clone.git('switch', '--quiet', '--create', 'change');
  });
  afterEach(async () => {
    await github.stop();
    await clone.remove();
  });

  /** As the runner of GitHub calls it, for a pull request to `main`. */
  const review = async (env: Record<string, string> = {}): Promise<Finished> => {
    await clone.write('../summary.md', '');
    return clone.bash(`'${script}'`, {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_WORKSPACE: clone.root,
      GITHUB_BASE_REF: 'main',
      GITHUB_STEP_SUMMARY: join(clone.root, '../summary.md'),
      RUNNER_TEMP: dirname(clone.root),
      ROLEBOOK_COMMAND: clone.program,
      ROLEBOOK_FAIL_ON: 'escalation',
      ...env,
    });
  };
  /** As the runner calls the job that posts the comment, in a folder of its own with what the review left. */
  const comment = async (): Promise<string> => {
    await clone.write('../event.json', JSON.stringify({ action: 'opened', pull_request: { number: 7 } }));
    const { stdout } = await clone.bash(`node '${join(repository, 'comment/post-comment.js')}'`, {
      GITHUB_EVENT_PATH: join(clone.root, '../event.json'),
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'acme/access',
      INPUT_FILE: join(clone.root, '../rolebook-review/comment.md'),
      INPUT_TOKEN: 'ghs_secret',
    });
    return stdout;
  };
  const reviewAndComment = async (env: Record<string, string> = {}): Promise<Finished> => {
    const done = await review(env);
    await comment();
    return done;
  };
  const annotations = ({ stdout }: Finished): string[] =>
    stdout.split('\n').filter((line) => /^::(error|warning) file=/.test(line));
  const summary = (): Promise<string> => clone.read('../summary.md');
  // What GitHub's runner takes for a command to it.
  const commands = ({ all }: Finished): string[] =>
    all
      .split('\n')
      .filter((line) => /^\s*::(?!(error|warning) )/.test(line) || (/##\[/.test(line) && !/^::/.test(line)));

  it('says nothing and passes when nobody gains or loses anything', async () => {
    await clone.edit(workspace, 'Runs a shift,', 'Leads a shift,');
    clone.commit('Say it better');
    const done = await reviewAndComment();
    assert.strictEqual(done.exitCode, 0, done.all);
    assert.isEmpty(annotations(done));
    assert.isEmpty(github.comments);
    const text = await summary();
    assert.match(text, /^### Access: nobody gains or loses anything\n/);
    assert.match(text, /<summary>✅ Policy tests: \d+ passed, 0 failed; coverage: .* 100 %<\/summary>/);
  });

  it('posts who gains as one comment, marks the lines, and fails when a way to more opens', async () => {
    await clone.edit(workspace, lastGrant, `${lastGrant}      - teammate:manage\n`);
    clone.commit('Team leads invite teammates');
    const done = await reviewAndComment({ ROLEBOOK_ACCEPT_LABEL: 'access-accepted' });
    assert.strictEqual(done.exitCode, 1, done.all);
    assert.lengthOf(
      annotations(done).filter((line) => line.startsWith('::error')),
      2,
    );
    assert.match(annotations(done).join('\n'), /file=policies\/acme\/support-emea\.yaml,line=19,.*title=rolebook diff/);
    const { body } = github.comments[0]!;
    assert.strictEqual(body, `<!-- rolebook -->\n${await summary()}`);
    assert.include(body as string, '- **Needs to be accepted**');
    assert.include(body as string, '\nTo accept it, set the label `access-accepted`. New commits ask again.\n');
    assert.include(body as string, '`ana@acme.example` | invite and manage teammates (`teammate:manage`)');
    assert.match(String(body), /<summary>❌ Policy tests: \d+ passed, 1 failed; coverage: /);

    // Accepted, and with the test that promised otherwise brought in line.
    const admins = '      - "role:*"\n  - name: a workspace admin';
    await clone.edit('policies/acme/support-emea.test.yaml', `      - teammate:manage\n${admins}`, admins);
    clone.commit('Expect it');
    const accepted = await reviewAndComment({ ROLEBOOK_ACCEPT: 'true', ROLEBOOK_ACCEPT_LABEL: 'access-accepted' });
    assert.strictEqual(accepted.exitCode, 0, accepted.all);
    assert.lengthOf(github.comments, 1);
    assert.include(github.comments[0]!.body as string, '- Accepted for this run');
    assert.notInclude(github.comments[0]!.body as string, 'set the label');
    assert.isEmpty(annotations(accepted).filter((line) => line.startsWith('::error')));

    // Unchanged, unaccepted: the comment says the old thing again.
    await reviewAndComment({ ROLEBOOK_ACCEPT: 'false' });
    assert.lengthOf(github.comments, 1);
    assert.include(github.comments[0]!.body as string, '- **Needs to be accepted**');
    assert.notInclude(github.comments[0]!.body as string, 'set the label');
    assert.lengthOf(
      github.requests.filter((request) => request.startsWith('PATCH')),
      2,
    );
  });

  it('fails for each line of `fail-on` that finds something, and for no other', async () => {
    await clone.edit(workspace, '  elif@acme.example: member', '  elif@acme.example: [member, tag-curator]');
    clone.commit('Elif curates tags');
    const gates = [
      '\n  gained:teammate:*\n\n',
      'lost\nescalation',
      '',
      'gained:teammate:*\n  gained:tag:create \nlost',
    ];
    const codes = [];
    for (const ROLEBOOK_FAIL_ON of gates) {
      const { stderr } = await review({ ROLEBOOK_FAIL_ON });
      codes.push(stderr.match(/^failed: `--fail-on [^`]*`/gm) ?? []);
    }
    assert.deepEqual(codes, [[], [], [], ['failed: `--fail-on gained:tag:create`']]);
  });

  it('ends with the worst exit code of its steps', async () => {
    await clone.edit(workspace, 'extends: member ', 'extends: membr ');
    clone.commit('Mistype a role');
    const faulty = await reviewAndComment();
    assert.strictEqual(faulty.exitCode, 1);
    assert.lengthOf(annotations(faulty), 1);
    assert.match(String(annotations(faulty)[0]), /^::error file=policies\/acme\/support-emea\.yaml,line=11,/);
    assert.include(github.comments[0]!.body as string, 'who gains and who loses cannot be told');
    assert.include(github.comments[0]!.body as string, 'no test was run');
    assert.strictEqual((await review({ ROLEBOOK_THRESHOLD: 'ninety' })).exitCode, 2);
    assert.strictEqual((await review({ ROLEBOOK_FAIL_ON: 'gaind' })).exitCode, 2);
  });

  it('holds coverage and mutants against a threshold', async () => {
    await clone.bash('rm policies/acme/support-emea.test.yaml policies/acme/trainee.test.yaml');
    clone.commit('Promise less');
    const done = await review({ ROLEBOOK_THRESHOLD: '95', ROLEBOOK_MUTATE: 'true' });
    assert.strictEqual(done.exitCode, 1, done.all);
    // What no test asserts is a table in the comment; GitHub shows ten annotations, and has them for what is wrong.
    assert.isEmpty(annotations(done));
    assert.match(await summary(), /<summary>❌ Policy tests: \d+ passed, 0 failed; coverage: [^;]+; mutation score: /);
    assert.strictEqual((await review()).exitCode, 0);
  });

  it('tells whoever sends it from a fork that no comment is written, and still fails', async () => {
    await github.stop();
    github = await startGithubApi({ refusesToWriteWith: 403 });
    await clone.edit(workspace, lastGrant, `${lastGrant}      - teammate:manage\n`);
    clone.commit('Team leads invite teammates');
    assert.strictEqual((await review()).exitCode, 1);
    assert.match(await comment(), /^::warning title=rolebook::the comment could not be written: /);
    assert.include(await summary(), 'invite and manage teammates');
  });

  it('says in a shallow clone how to fetch the rest', async () => {
    await clone.edit(workspace, 'Runs a shift,', 'Leads a shift,');
    clone.commit('Say it better');
    const shallow = join(clone.root, '../shallow');
    clone.git('clone', '--quiet', '--depth', '1', `file://${clone.root}`, shallow);
    const done = await clone.bash(`cd '${shallow}' && '${script}'`, {
      ROLEBOOK_COMMAND: clone.program,
      GITHUB_BASE_REF: 'main',
    });
    assert.strictEqual(done.exitCode, 2, done.all);
    assert.include(done.stderr, '`fetch-depth: 0`');
    assert.include(done.stdout, 'could not be found out; the log of the check says why.');
    assert.include(done.stdout, '✅ Policy tests');
  });

  it('leaves no comment that an earlier step wrote, and follows no link to write its own', async () => {
    await clone.write('../elsewhere/comment.md', 'Theirs');
    await clone.bash('ln -s elsewhere ../rolebook-review');
    assert.strictEqual((await review({ ROLEBOOK_THRESHOLD: 'ninety' })).exitCode, 2);
    assert.strictEqual(await clone.read('../elsewhere/comment.md'), 'Theirs');
    assert.match(await clone.read('../rolebook-review/comment.md'), /^<!-- rolebook -->\n/);
  });

  it('runs nothing that stands in a path, a branch, a label or a change to look for', async () => {
    const everyQuote = `$(touch x)\`touch x\`'; touch x; '"; touch x; "; touch x #`;
    for (const hostile of [everyQuote, '\n::set-output name=x::y', '##[stop-commands]x', '--help', '*']) {
      const done = await review({
        ROLEBOOK_POLICY: hostile,
        ROLEBOOK_FAIL_ON: hostile,
        ROLEBOOK_THRESHOLD: hostile,
        ROLEBOOK_ACCEPT: hostile,
        ROLEBOOK_ACCEPT_LABEL: hostile,
        ROLEBOOK_MUTATE: hostile,
        GITHUB_BASE_REF: hostile,
      });
      assert.strictEqual(done.exitCode, 2, `${hostile}\n${done.all}`);
      assert.isEmpty(commands(done), done.all);
    }
    assert.isEmpty(['x', '../x', 'policies/x'].filter((path) => existsSync(join(clone.root, path))));
  });

  it('runs and obeys nothing that a title, a name or a file of the policy says', async () => {
    const hostile =
      '"$(touch x)`touch x`\\n::error::x\\n::set-output name=x::y\\n##[stop-commands]x\\n/merge | <img> @olu"';
    await clone.edit('roles.yaml', 'comment:send: { title: Send comments,', `comment:send: { title: ${hostile},`);
    await clone.edit(workspace, 'title: Support EMEA', `title: ${hostile}`);
    await clone.edit(workspace, 'members:\n', 'members:\n  "user:`touch x`::error::|/x@acme.example": member\n');
    await clone.write(
      'policies/acme/##[stop-commands]x.test.yaml',
      `tests:\n  - name: ${hostile}\n    workspace: sales\n    as: { role: member }\n    cannot: [comment:send]\n`,
    );
    await clone.write('policies/acme/::error::x.yaml', 'workspace: "\\n::error::x"\n');
    clone.commit('Be hostile');
    const faulty = await review();
    assert.strictEqual(faulty.exitCode, 1);
    assert.isEmpty(commands(faulty), faulty.all);
    await clone.bash('rm policies/acme/::error*');
    const done = await review();
    assert.strictEqual(done.exitCode, 1);
    assert.isEmpty(commands(done), done.all);
    const text = await summary();
    assert.include(text, '$(touch x)');
    assert.notMatch(text, /^(::|\/|##\[)/m);
    assert.notInclude(text, '<img>\n');
    assert.strictEqual(existsSync(join(clone.root, 'x')), false);
  });
});

describe('the review of a policy in a subfolder', () => {
  it('marks lines by their path from the checkout', async () => {
    const clone = await createScratchClone('services/access');
    try {
      clone.git('switch', '--quiet', '--create', 'change');
      await clone.edit(`services/access/${workspace}`, lastGrant, `${lastGrant}      - teammate:manage\n`);
      clone.commit('Team leads invite teammates');
      const env = { ROLEBOOK_COMMAND: clone.program, ROLEBOOK_POLICY: 'services/access', GITHUB_WORKSPACE: clone.root };
      const { stdout, exitCode } = await clone.bash(`'${script}'`, { ...env, GITHUB_BASE_REF: 'main' });
      const marked = [...stdout.matchAll(/^::\w+ file=([^,]+),/gm)].map(([, file]) => file);
      assert.deepEqual(
        new Set(marked),
        new Set([`services/access/${workspace}`, 'services/access/policies/acme/support-emea.test.yaml']),
      );
      assert.strictEqual(exitCode, 1);
    } finally {
      await clone.remove();
    }
  }).timeout(60_000);
});
