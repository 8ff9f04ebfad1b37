import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { repository } from '../../docs/markdown.ts';
import { readAction } from './run-action.ts';

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Job {
  readonly needs?: string;
  readonly permissions: Record<string, string>;
  readonly steps: readonly WorkflowStep[];
}

interface Workflow {
  readonly on: { readonly pull_request: { readonly types: readonly string[] } };
  readonly permissions: Record<string, string>;
  readonly jobs: { readonly review: Job; readonly comment: Job };
}

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const action = readAction('action.yml');
const workflow = load(read('docs/ci/github-workflow.yml')) as Workflow;
const steps = action.runs.steps;
const scripts = ['action/environment.sh', 'action/install.sh', 'action/review.sh'];
const expressions = steps.flatMap(({ env }) => Object.values(env).filter((value) => value !== ''));

describe('the GitHub action', () => {
  it('is a composite action whose steps run in a bash that takes nothing from the environment', () => {
    expect(action.runs.using).to.equal('composite');
    const bash = '/bin/bash --noprofile --norc -p -eo pipefail {0}';
    expect(steps.map(({ shell }) => shell)).to.deep.equal([bash, bash]);
    for (const { env } of steps) expect(env).to.deep.include({ BASH_ENV: '', LD_PRELOAD: '', NODE_OPTIONS: '' });
  });

  it('has no token, and asks for none', () => {
    expect(['action.yml', ...scripts].map(read).join('\n')).not.to.match(/GITHUB_TOKEN|github\.token|secrets\./);
    expect(Object.keys(action.inputs)).not.to.include('token');
  });

  it('puts no label, title or input into a script', () => {
    for (const { run } of steps) expect(run).not.to.include('${{');
    for (const script of scripts) expect(read(script)).not.to.match(/\beval\b|\$\{\{/);
  });

  it('hands over what it declares and what GitHub knows, and nothing else', () => {
    const used = expressions.flatMap((value) => value.match(/\b(?:inputs|github)\.[\w.-]+/g) ?? []);
    const declared = Object.keys(action.inputs).map((name) => `inputs.${name}`);
    expect(new Set(used)).to.deep.equal(new Set([...declared, 'github.event.action', 'github.event.label.name']));
    for (const value of expressions) expect(value).to.match(/^\$\{\{ [^{}]+ \}\}$/);
  });

  it('gives the scripts each variable that they read, and lets each through', () => {
    const given = steps.flatMap(({ env }) => Object.keys(env)).filter((name) => name.startsWith('ROLEBOOK_'));
    const variables = (script: string): string[] => read(script).match(/ROLEBOOK_[A-Z_]+/g) ?? [];
    expect(new Set(scripts.slice(1).flatMap(variables))).to.deep.equal(new Set(given));
    expect(new Set(variables('action/environment.sh'))).to.deep.equal(new Set(given));
  });

  it('describes each input and has a default for it', () => {
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(input.description, name).to.match(/\.$/);
      expect(input.default, name).to.be.a('string');
    }
    const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default]);
    expect(Object.fromEntries(defaults)).to.deep.equal({
      policy: '.',
      'fail-on': 'escalation',
      'accept-label': 'access-accepted',
      threshold: '',
      mutate: 'false',
      command: '',
      registry: '',
    });
  });

  it('counts a label when it is set, and not for what is pushed afterwards', () => {
    expect(steps[1]?.env['ROLEBOOK_ACCEPT']).to.equal(
      "${{ github.event.action == 'labeled' && github.event.label.name == inputs.accept-label }}",
    );
  });

  it('has scripts that can be run and that shellcheck, where it is at hand, finds nothing in', async () => {
    const run = promisify(execFile);
    for (const script of scripts) {
      await run('bash', ['-n', join(repository, script)]);
      if (script !== 'action/environment.sh') await run('test', ['-x', join(repository, script)]);
      try {
        await run('shellcheck', ['--shell', 'bash', '--external-sources', join(repository, script)]);
      } catch (error) {
        const { code, stdout } = error as { code: unknown; stdout: string };
        expect(code, stdout).to.equal('ENOENT');
      }
    }
  });
});

describe('the action that posts the comment', () => {
  const comment = readAction('comment/action.yml');

  it('is run by the node of the runner, and declares what its script reads', () => {
    expect(comment.runs).to.deep.equal({ using: 'node24', main: 'post-comment.js' });
    const taken = read('comment/post-comment.js').match(/INPUT_[A-Z_]+(?=:)/g) ?? [];
    expect(taken).to.deep.equal(Object.keys(comment.inputs).map((name) => `INPUT_${name.toUpperCase()}`));
    expect(comment.inputs['token']?.default).to.equal('${{ github.token }}');
  });
});

describe('the example of a GitHub workflow', () => {
  const { review, comment } = workflow.jobs;
  const using = ({ steps: used }: Job, pattern: RegExp): WorkflowStep | undefined =>
    used.find(({ uses }) => pattern.test(uses ?? ''));

  it('gives the job that sees the branch nothing to write with, and the other one the comment alone', () => {
    expect(Object.keys(workflow.on)).to.deep.equal(['pull_request']);
    expect(workflow.permissions).to.deep.equal({});
    expect(Object.keys(workflow.jobs)).to.deep.equal(['review', 'comment']);
    expect(review.permissions).to.deep.equal({ contents: 'read' });
    expect(comment.permissions).to.deep.equal({ 'pull-requests': 'write' });
    expect(using(comment, /^actions\/checkout@/)).to.equal(undefined);
  });

  it('runs nothing of the branch in either job: no command, no cache of its packages', () => {
    for (const { run } of [...review.steps, ...comment.steps]) expect(run).to.equal(undefined);
    expect(using(review, /^actions\/setup-node@/)?.with).to.deep.include({ 'package-manager-cache': false });
    expect(read('docs/ci/github-workflow.yml')).not.to.match(/secrets\./);
  });

  it('runs again when something is pushed, and when somebody accepts or no longer does', () => {
    const types = ['opened', 'reopened', 'synchronize', 'labeled', 'unlabeled'];
    expect(workflow.on.pull_request.types).to.deep.equal(types);
  });

  it('has the whole history and no credentials, and calls the action with inputs that it has', () => {
    const checkout = using(review, /^actions\/checkout@/);
    expect(checkout?.with).to.deep.include({ 'fetch-depth': 0, 'persist-credentials': false });
    const ours = using(review, /\/rolebook@v\d/);
    expect(action.inputs).to.include.keys(Object.keys(ours?.with ?? {}));
    expect(review.steps).to.have.length(4);
  });

  it('hands the text over as a file, from where the review leaves it to where the other action takes it', () => {
    const left = using(review, /^actions\/upload-artifact@/)?.with;
    expect(left?.['path']).to.equal('${{ runner.temp }}/rolebook-review/comment.md');
    expect(read('action/review.sh')).to.include('> "$RUNNER_TEMP/rolebook-review/comment.md"');
    const [fetched, posted, ...rest] = comment.steps;
    expect(fetched?.uses).to.match(/^actions\/download-artifact@/);
    expect(fetched?.with?.['name']).to.equal(left?.['name']);
    expect(posted?.uses).to.match(/\/rolebook\/comment@v\d/);
    expect(`${String(fetched?.with?.['path'])}/comment.md`).to.equal(
      readAction('comment/action.yml').inputs['file']?.default,
    );
    expect(rest).to.be.empty;
    expect(comment.needs).to.equal('review');
  });
});
