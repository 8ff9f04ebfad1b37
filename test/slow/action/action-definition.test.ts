import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
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
    assert.strictEqual(action.runs.using, 'composite');
    const bash = '/bin/bash --noprofile --norc -p -eo pipefail {0}';
    assert.deepEqual(
      steps.map(({ shell }) => shell),
      [bash, bash],
    );
    for (const { env } of steps) assert.deepInclude(env as object, { BASH_ENV: '', LD_PRELOAD: '', NODE_OPTIONS: '' });
  });

  it('has no token, and asks for none', () => {
    assert.notMatch(['action.yml', ...scripts].map(read).join('\n'), /GITHUB_TOKEN|github\.token|secrets\./);
    assert.notInclude(Object.keys(action.inputs), 'token');
  });

  it('puts no label, title or input into a script', () => {
    for (const { run } of steps) assert.notInclude(run, '${{');
    for (const script of scripts) assert.notMatch(read(script), /\beval\b|\$\{\{/);
  });

  it('hands over what it declares and what GitHub knows, and nothing else', () => {
    const used = expressions.flatMap((value) => value.match(/\b(?:inputs|github)\.[\w.-]+/g) ?? []);
    const declared = Object.keys(action.inputs).map((name) => `inputs.${name}`);
    assert.deepEqual(new Set(used), new Set([...declared, 'github.event.action', 'github.event.label.name']));
    for (const value of expressions) assert.match(value, /^\$\{\{ [^{}]+ \}\}$/);
  });

  it('gives the scripts each variable that they read, and lets each through', () => {
    const given = steps.flatMap(({ env }) => Object.keys(env)).filter((name) => name.startsWith('ROLEBOOK_'));
    const variables = (script: string): string[] => read(script).match(/ROLEBOOK_[A-Z_]+/g) ?? [];
    assert.deepEqual(new Set(scripts.slice(1).flatMap(variables)), new Set(given));
    assert.deepEqual(new Set(variables('action/environment.sh')), new Set(given));
  });

  it('describes each input and has a default for it', () => {
    for (const [name, input] of Object.entries(action.inputs)) {
      assert.match(input.description, /\.$/, name);
      assert.isString(input.default, name);
    }
    const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default]);
    assert.deepEqual(Object.fromEntries(defaults), {
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
    assert.strictEqual(
      steps[1]?.env['ROLEBOOK_ACCEPT'],
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
        assert.strictEqual(code, 'ENOENT', stdout);
      }
    }
  });
});

describe('the action that posts the comment', () => {
  const comment = readAction('comment/action.yml');

  it('is run by the node of the runner, and declares what its script reads', () => {
    assert.deepEqual<object>(comment.runs, { using: 'node24', main: 'post-comment.js' });
    const taken = read('comment/post-comment.js').match(/INPUT_[A-Z_]+(?=:)/g) ?? [];
    assert.deepEqual(
      taken,
      Object.keys(comment.inputs).map((name) => `INPUT_${name.toUpperCase()}`),
    );
    assert.strictEqual(comment.inputs['token']?.default, '${{ github.token }}');
  });
});

describe('the example of a GitHub workflow', () => {
  const { review, comment } = workflow.jobs;
  const using = ({ steps: used }: Job, pattern: RegExp): WorkflowStep | undefined =>
    used.find(({ uses }) => pattern.test(uses ?? ''));

  it('gives the job that sees the branch nothing to write with, and the other one the comment alone', () => {
    assert.deepEqual(Object.keys(workflow.on), ['pull_request']);
    assert.deepEqual(workflow.permissions, {});
    assert.deepEqual(Object.keys(workflow.jobs), ['review', 'comment']);
    assert.deepEqual(review.permissions, { contents: 'read' });
    assert.deepEqual(comment.permissions, { 'pull-requests': 'write' });
    assert.strictEqual(using(comment, /^actions\/checkout@/), undefined);
  });

  it('runs nothing of the branch in either job: no command, no cache of its packages', () => {
    for (const { run } of [...review.steps, ...comment.steps]) assert.strictEqual(run, undefined);
    assert.deepInclude(using(review, /^actions\/setup-node@/)?.with as object, { 'package-manager-cache': false });
    assert.notMatch(read('docs/ci/github-workflow.yml'), /secrets\./);
  });

  it('runs again when something is pushed, and when somebody accepts or no longer does', () => {
    const types = ['opened', 'reopened', 'synchronize', 'labeled', 'unlabeled'];
    assert.deepEqual(workflow.on.pull_request.types, types);
  });

  it('has the whole history and no credentials, and calls the action with inputs that it has', () => {
    const checkout = using(review, /^actions\/checkout@/);
    assert.deepInclude(checkout?.with as object, { 'fetch-depth': 0, 'persist-credentials': false });
    const ours = using(review, /\/rolebook@v\d/);
    assert.containsAllKeys(action.inputs, Object.keys(ours?.with ?? {}));
    assert.lengthOf(review.steps, 4);
  });

  it('hands the text over as a file, from where the review leaves it to where the other action takes it', () => {
    const left = using(review, /^actions\/upload-artifact@/)?.with;
    assert.strictEqual(left?.['path'], '${{ runner.temp }}/rolebook-review/comment.md');
    assert.include(read('action/review.sh'), '> "$RUNNER_TEMP/rolebook-review/comment.md"');
    const [fetched, posted, ...rest] = comment.steps;
    assert.match(String(fetched?.uses), /^actions\/download-artifact@/);
    assert.strictEqual(fetched?.with?.['name'], left?.['name']);
    assert.match(String(posted?.uses), /\/rolebook\/comment@v\d/);
    assert.strictEqual(
      `${String(fetched?.with?.['path'])}/comment.md`,
      readAction('comment/action.yml').inputs['file']?.default,
    );
    assert.isEmpty(rest);
    assert.strictEqual(comment.needs, 'review');
  });
});
