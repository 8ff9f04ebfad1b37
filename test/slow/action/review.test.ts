import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
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
    expect(done.exitCode, done.all).to.equal(0);
    expect(annotations(done)).to.be.empty;
    expect(github.comments).to.be.empty;
    const text = await summary();
    expect(text).to.match(/^### Access: nobody gains or loses anything\n/);
    expect(text).to.match(/<summary>✅ Policy tests: \d+ passed, 0 failed; coverage: .* 100 %<\/summary>/);
  });

  it('posts who gains as one comment, marks the lines, and fails when a way to more opens', async () => {
    await clone.edit(workspace, lastGrant, `${lastGrant}      - teammate:manage\n`);
    clone.commit('Team leads invite teammates');
    const done = await reviewAndComment({ ROLEBOOK_ACCEPT_LABEL: 'access-accepted' });
    expect(done.exitCode, done.all).to.equal(1);
    expect(annotations(done).filter((line) => line.startsWith('::error'))).to.have.length(2);
    expect(annotations(done).join('\n')).to.match(
      /file=policies\/acme\/support-emea\.yaml,line=19,.*title=rolebook diff/,
    );
    const { body } = github.comments[0]!;
    expect(body).to.equal(`<!-- rolebook -->\n${await summary()}`);
    expect(body).to.include('- **Needs to be accepted**');
    expect(body).to.include('\nTo accept it, set the label `access-accepted`. New commits ask again.\n');
    expect(body).to.include('`ana@acme.example` | invite and manage teammates (`teammate:manage`)');
    expect(body).to.match(/<summary>❌ Policy tests: \d+ passed, 1 failed; coverage: /);

    // Accepted, and with the test that promised otherwise brought in line.
    const admins = '      - "role:*"\n  - name: a workspace admin';
    await clone.edit('policies/acme/support-emea.test.yaml', `      - teammate:manage\n${admins}`, admins);
    clone.commit('Expect it');
    const accepted = await reviewAndComment({ ROLEBOOK_ACCEPT: 'true', ROLEBOOK_ACCEPT_LABEL: 'access-accepted' });
    expect(accepted.exitCode, accepted.all).to.equal(0);
    expect(github.comments).to.have.length(1);
    expect(github.comments[0]!.body).to.include('- Accepted for this run').and.not.to.include('set the label');
    expect(annotations(accepted).filter((line) => line.startsWith('::error'))).to.be.empty;

    // Unchanged, unaccepted: the comment says the old thing again.
    await reviewAndComment({ ROLEBOOK_ACCEPT: 'false' });
    expect(github.comments).to.have.length(1);
    expect(github.comments[0]!.body).to.include('- **Needs to be accepted**').and.not.to.include('set the label');
    expect(github.requests.filter((request) => request.startsWith('PATCH'))).to.have.length(2);
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
    expect(codes).to.deep.equal([[], [], [], ['failed: `--fail-on gained:tag:create`']]);
  });

  it('ends with the worst exit code of its steps', async () => {
    await clone.edit(workspace, 'extends: member ', 'extends: membr ');
    clone.commit('Mistype a role');
    const faulty = await reviewAndComment();
    expect(faulty.exitCode).to.equal(1);
    expect(annotations(faulty)).to.have.length(1);
    expect(annotations(faulty)[0]).to.match(/^::error file=policies\/acme\/support-emea\.yaml,line=11,/);
    expect(github.comments[0]!.body)
      .to.include('who gains and who loses cannot be told')
      .and.include('no test was run');
    expect((await review({ ROLEBOOK_THRESHOLD: 'ninety' })).exitCode).to.equal(2);
    expect((await review({ ROLEBOOK_FAIL_ON: 'gaind' })).exitCode).to.equal(2);
  });

  it('holds coverage and mutants against a threshold', async () => {
    await clone.bash('rm policies/acme/support-emea.test.yaml policies/acme/trainee.test.yaml');
    clone.commit('Promise less');
    const done = await review({ ROLEBOOK_THRESHOLD: '95', ROLEBOOK_MUTATE: 'true' });
    expect(done.exitCode, done.all).to.equal(1);
    // What no test asserts is a table in the comment; GitHub shows ten annotations, and has them for what is wrong.
    expect(annotations(done)).to.be.empty;
    expect(await summary()).to.match(
      /<summary>❌ Policy tests: \d+ passed, 0 failed; coverage: [^;]+; mutation score: /,
    );
    expect((await review()).exitCode).to.equal(0);
  });

  it('tells whoever sends it from a fork that no comment is written, and still fails', async () => {
    await github.stop();
    github = await startGithubApi({ refusesToWriteWith: 403 });
    await clone.edit(workspace, lastGrant, `${lastGrant}      - teammate:manage\n`);
    clone.commit('Team leads invite teammates');
    expect((await review()).exitCode).to.equal(1);
    expect(await comment()).to.match(/^::warning title=rolebook::the comment could not be written: /);
    expect(await summary()).to.include('invite and manage teammates');
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
    expect(done.exitCode, done.all).to.equal(2);
    expect(done.stderr).to.include('`fetch-depth: 0`');
    expect(done.stdout).to.include('could not be found out; the log of the check says why.');
    expect(done.stdout).to.include('✅ Policy tests');
  });

  it('leaves no comment that an earlier step wrote, and follows no link to write its own', async () => {
    await clone.write('../elsewhere/comment.md', 'Theirs');
    await clone.bash('ln -s elsewhere ../rolebook-review');
    expect((await review({ ROLEBOOK_THRESHOLD: 'ninety' })).exitCode).to.equal(2);
    expect(await clone.read('../elsewhere/comment.md')).to.equal('Theirs');
    expect(await clone.read('../rolebook-review/comment.md')).to.match(/^<!-- rolebook -->\n/);
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
      expect(done.exitCode, `${hostile}\n${done.all}`).to.equal(2);
      expect(commands(done), done.all).to.be.empty;
    }
    expect(['x', '../x', 'policies/x'].filter((path) => existsSync(join(clone.root, path)))).to.be.empty;
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
    expect(faulty.exitCode).to.equal(1);
    expect(commands(faulty), faulty.all).to.be.empty;
    await clone.bash('rm policies/acme/::error*');
    const done = await review();
    expect(done.exitCode).to.equal(1);
    expect(commands(done), done.all).to.be.empty;
    const text = await summary();
    expect(text).to.include('$(touch x)');
    expect(text).not.to.match(/^(::|\/|##\[)/m);
    expect(text).not.to.include('<img>\n');
    expect(existsSync(join(clone.root, 'x'))).to.equal(false);
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
      expect(new Set(marked)).to.deep.equal(
        new Set([`services/access/${workspace}`, 'services/access/policies/acme/support-emea.test.yaml']),
      );
      expect(exitCode).to.equal(1);
    } finally {
      await clone.remove();
    }
  }).timeout(60_000);
});
