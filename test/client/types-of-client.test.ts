import { assert } from 'chai';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatTypes } from '../../src/cli/author/policy-types.ts';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { compilerFaults, withProgramFolder, writeProgram } from '../support/compiler-faults.ts';
import { nowMs } from '../support/compile-yaml.ts';
import { sourceFiles } from '../support/policy-texts.ts';
import { smallPolicy } from '../support/policy-folder.ts';

const sources = fileURLToPath(new URL('../../packages/client/src', import.meta.url));

/** What the compiler says of a program that uses the client with the types of the small policy: line and fault. */
async function faultsOf(lines: readonly string[]): Promise<readonly string[]> {
  const { policy } = compilePolicy(sourceFiles(smallPolicy()), nowMs);
  const beginning = [
    `import { createClient } from '${join(sources, 'node.ts')}';`,
    `import { createGuard } from '${join(sources, 'express/guard.ts')}';`,
    "import type { Permission, Role, Scope } from './permissions.ts';",
    "const client = createClient<Permission, Scope, Role>({ url: 'http://127.0.0.1:8181' });",
    "const requirePermission = createGuard(client, () => ({ subject: 'ana', workspace: 'support' }));",
  ];
  return withProgramFolder(async (folder) => {
    writeProgram(folder, {
      'package.json': '{ "type": "module" }',
      'permissions.ts': formatTypes(policy!.catalog),
      'program.ts': [...beginning, ...lines].join('\n'),
    });
    const faults = await compilerFaults(folder, { exactOptionalPropertyTypes: true });
    return faults.map((fault) => {
      const [, line, message = fault] = /^program\.ts\((\d+),\d+\): (.*)$/.exec(fault) ?? [];
      return `${Number(line) - beginning.length}: ${message}`;
    });
  });
}

describe('the types that `rolebook types` writes', () => {
  it('let pass what the policy has, and nothing misspelt', async () => {
    const asks = (permission: string, more = ''): string =>
      `void client.can({ subject: 'ana', workspace: 'support', permission: '${permission}'${more} });`;
    const right = [
      asks('tag:create'),
      asks('message:send', ", scope: 'shared'"),
      asks('message:send', ", scope: ['shared', 'personal']"),
      "void client.whoCan('tag:create', { workspace: 'support' }, { scope: 'shared' });",
      "requirePermission('tag:create', () => ({ scope: 'shared' }));",
      "void client.roles({ workspace: 'support' }).then((roles) => roles.find(({ role }) => role === 'member'));",
    ];
    const wrong = [
      asks('tag:creates'),
      asks('tag:Create'),
      asks('message:send', ", scope: 'sharde'"),
      asks('message:send', ", scop: 'shared'"),
      "void client.can({ workspace: 'support', permission: 'tag:create' });",
      "void client.whoCan('tag:creat', { workspace: 'support' });",
      "void client.whoCan('tag:create', { workspace: 'support', organization: 'acme' });",
      "requirePermission('tag:creates');",
      "requirePermission('tag:create', () => ({ scope: 'sharde' }));",
      "void client.roles({ workspace: 'support' }).then((roles) => roles.find(({ role }) => role === 'membr'));",
    ];
    const faults = await faultsOf([...right, ...wrong]);
    const lines = faults.map((fault) => Number(fault.split(':')[0]));
    assert.deepEqual(
      [...new Set(lines)].sort((left, right_) => left - right_),
      wrong.map((_line, index) => right.length + index + 1),
      faults.join('\n'),
    );
  }).timeout(60_000);
});
