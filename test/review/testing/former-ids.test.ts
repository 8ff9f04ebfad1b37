import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { measureCoverage } from '../../../src/review/testing/coverage.ts';
import { runMutants } from '../../../src/review/testing/mutation/run-mutants.ts';
import { runPolicyTests, selectTests } from '../../../src/review/testing/run-policy-tests.ts';
import { nowMs, sourceFiles } from '../../support/compile-yaml.ts';
import { edited, support } from '../../support/edited-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const tests = (workspace: string, tag = 'tag:create'): string => `tests:
  - { name: lead, workspace: ${workspace}, as: { role: team-lead }, can: [${tag}, "tag:*"], cannot: [analytics:view] }
  - { name: bo, workspace: ${workspace}, as: bo@acme.example, cannot: [${tag}, "message:send@shared"] }
  - { name: cy, workspace: ${workspace}, as: cy@acme.example, with: { resource: { owner: x } }, can: [message:send] }
`;

const renamed = edited({
  'roles.yaml': [
    ['tag:create: Create tags', 'label:create: { title: Create tags, was: tag:create }'],
    ['    message:send:\n', '    thread:post:\n      was: message:send\n'],
  ],
  [support]: [['workspace: support\n', 'workspace: help\nformerly: support\n']],
});

async function measure(files: Record<string, string>) {
  const sources = sourceFiles(files);
  const { policy, tests: found, problems } = compilePolicy(sources, nowMs);
  if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
  const engine = await CasbinEngine.create(policy);
  const chosen = selectTests(found, undefined);
  const { passed, failed } = runPolicyTests(engine, chosen, { nowMs });
  const coverage = measureCoverage(engine, chosen, { nowMs, roles: 'all' });
  const mutation = await runMutants(sources, chosen, { nowMs, mutants: 'all' });
  const outcomes = mutation.mutants.map(({ verdict }) => verdict.outcome);
  const codes = [...new Set(problems.map(({ code }) => code))];
  return { passed, failed, asserted: coverage.asserted, total: coverage.total, outcomes, codes };
}

describe('policy tests after a rename', () => {
  it('go on by former ids, with the same coverage and the same mutants killed, until lint asks for those of now', async () => {
    const before = await measure({ ...smallPolicy(), 'policies/a.test.yaml': tests('support') });
    const after = await measure({ ...renamed, 'policies/a.test.yaml': tests('support') });
    assert.deepEqual({ passed: before.passed, failed: before.failed }, { passed: 3, failed: 0 });
    assert.deepEqual(after.codes, ['former-id']);
    assert.deepEqual({ ...after, codes: [] }, before);
    const finished = renamed[support]?.replace('"tag:*"', 'label:create') ?? '';
    const texts = tests('help', 'label:create').replace(', "tag:*"', '').replace('message:send]', 'thread:post]');
    const roles = (renamed['roles.yaml'] ?? '').replaceAll(/message:send(?=[\]@])/g, 'thread:post');
    const last = await measure({
      ...renamed,
      'roles.yaml': roles,
      [support]: finished.replace('message:send@', 'thread:post@'),
      'policies/a.test.yaml': texts.replace('message:send@', 'thread:post@'),
    });
    assert.deepEqual(last.codes, []);
    assert.deepEqual([last.passed, last.failed, last.asserted], [3, 0, before.asserted]);
  });

  it('ask each part of a permission that was split', async () => {
    const split = edited({
      'roles.yaml': [
        [
          'tag:create: Create tags',
          'label:create: { title: L, was: tag:create }\n    topic:create: { title: T, was: tag:create }',
        ],
      ],
    });
    const whole = await measure({ ...split, 'policies/a.test.yaml': tests('support') });
    assert.equal(whole.failed, 0);
    const part = { ...split, [support]: (split[support] ?? '').replace('"tag:*"', 'topic:create') };
    const { failed } = await measure({ ...part, 'policies/a.test.yaml': tests('support') });
    assert.equal(failed, 1);
  });
});
