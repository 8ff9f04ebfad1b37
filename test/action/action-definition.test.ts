import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { repository } from '../docs/markdown.ts';

interface Step {
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Record<string, string>;
}

interface ActionDefinition {
  readonly inputs: Record<string, { description: string; default: string }>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Workflow {
  readonly on: { readonly pull_request: { readonly types: readonly string[] } };
  readonly permissions: Record<string, string>;
  readonly jobs: { readonly roles: { readonly steps: readonly WorkflowStep[] } };
}

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const action = load(read('action.yml')) as ActionDefinition;
const workflow = load(read('docs/ci/github-workflow.yml')) as Workflow;
const steps = action.runs.steps;
const values = steps.flatMap(({ env }) => Object.values(env ?? {}));

describe('the GitHub action', () => {
  it('is a composite action whose steps run in bash', () => {
    expect(action.runs.using).to.equal('composite');
    expect(steps.map(({ shell }) => shell)).to.deep.equal(['bash']);
  });

  it('puts no label, title or input into a script', () => {
    for (const { run } of steps) expect(run).not.to.include('${{');
    expect(read('action/review.sh')).not.to.match(/\beval\b|\$\{\{/);
  });

  it('hands over what it declares and what GitHub knows, and nothing else', () => {
    const used = values.flatMap((value) => value.match(/\b(?:inputs|github)\.[\w.-]+/g) ?? []);
    const declared = Object.keys(action.inputs).map((name) => `inputs.${name}`);
    expect(new Set(used)).to.deep.equal(new Set([...declared, 'github.event.action', 'github.event.label.name']));
    for (const value of values) expect(value).to.match(/^\$\{\{ [^{}]+ \}\}$/);
  });

  it('gives the scripts each variable that they read', () => {
    const given = steps.flatMap(({ env }) => Object.keys(env ?? {}));
    const taken = read('action/review.sh').match(/ROLEBOOK_[A-Z_]+|GITHUB_TOKEN/g) ?? [];
    expect(new Set(taken)).to.deep.equal(new Set(given));
  });

  it('describes each input and has a default for it', () => {
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(input.description, name).to.match(/\.$/);
      expect(input.default, name).to.be.a('string');
    }
    const { token, ...others } = action.inputs;
    expect(token?.default).to.equal('${{ github.token }}');
    expect(Object.fromEntries(Object.entries(others).map(([name, input]) => [name, input.default]))).to.deep.equal({
      policy: '.',
      command: 'npx --no -- rolebook',
      'fail-on': 'escalation',
      'accept-label': 'access-accepted',
      threshold: '',
      mutate: 'false',
      comment: 'true',
    });
  });

  it('counts a label when it is set, and not for what is pushed afterwards', () => {
    expect(steps[0]?.env?.['ROLEBOOK_ACCEPT']).to.equal(
      "${{ github.event.action == 'labeled' && github.event.label.name == inputs.accept-label }}",
    );
  });

  it('has scripts that can be run and that shellcheck, where it is at hand, finds nothing in', async () => {
    const run = promisify(execFile);
    await run('bash', ['-n', join(repository, 'action/review.sh')]);
    await run('test', ['-x', join(repository, 'action/review.sh')]);
    try {
      await run('shellcheck', [join(repository, 'action/review.sh')]);
    } catch (error) {
      const { code, stdout } = error as { code: unknown; stdout: string };
      expect(code, stdout).to.equal('ENOENT');
    }
  });
});

describe('the example of a GitHub workflow', () => {
  const used = workflow.jobs.roles.steps;

  it('may read the repository and write a comment, and no more', () => {
    expect(workflow.permissions).to.deep.equal({ contents: 'read', 'pull-requests': 'write' });
    expect(Object.keys(workflow.on)).to.deep.equal(['pull_request']);
  });

  it('runs again when something is pushed, and when somebody accepts or no longer does', () => {
    const types = ['opened', 'reopened', 'synchronize', 'labeled', 'unlabeled'];
    expect(workflow.on.pull_request.types).to.deep.equal(types);
  });

  it('has the whole history, installs rolebook, and calls the action with inputs that it has', () => {
    const [checkout, node, install, ours] = used;
    expect(checkout?.uses).to.match(/^actions\/checkout@/);
    expect(checkout?.with).to.deep.include({ 'fetch-depth': 0, 'persist-credentials': false });
    expect(node?.uses).to.match(/^actions\/setup-node@/);
    expect(install?.run).to.equal('npm ci');
    expect(ours?.uses).to.match(/\/rolebook@v\d/);
    expect(action.inputs).to.include.keys(Object.keys(ours?.with ?? {}));
    expect(used).to.have.length(4);
  });
});
