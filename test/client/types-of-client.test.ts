import { assert } from 'chai';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { formatTypes } from '../../src/cli/author/policy-types.ts';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { nowMs } from '../support/compile-yaml.ts';
import { sourceFiles } from '../support/policy-texts.ts';
import { smallPolicy } from '../support/policy-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the compiler says of a program that uses the client with the types of the small policy. */
function faultsOf(lines: readonly string[]): readonly string[] {
  const { policy } = compilePolicy(sourceFiles(smallPolicy()), nowMs);
  const texts = new Map([
    [`${root}test/client/permissions.ts`, formatTypes(policy!.catalog)],
    [
      `${root}test/client/program.ts`,
      [
        "import { createClient } from '../../packages/client/src/node.ts';",
        "import { createGuard } from '../../packages/client/src/express/guard.ts';",
        "import type { Permission, Role, Scope } from './permissions.ts';",
        "const client = createClient<Permission, Scope, Role>({ url: 'http://127.0.0.1:8181' });",
        "const requirePermission = createGuard(client, () => ({ subject: 'ana', workspace: 'support' }));",
        ...lines,
      ].join('\n'),
    ],
  ]);
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, target: ts.ScriptTarget.ES2023, types: ['node'] },
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    ...{ allowImportingTsExtensions: true, skipLibCheck: true, exactOptionalPropertyTypes: true },
  };
  const original = ts.createCompilerHost(options);
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => texts.has(path) || original.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? original.readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? original.getSourceFile(path, ...rest)
      : ts.createSourceFile(path, text, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file, start = 0 }) => {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    return `${line - 4}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

describe('the types that `rolebook types` writes', () => {
  it('let pass what the policy has, and nothing misspelt', () => {
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
    const faults = faultsOf([...right, ...wrong]);
    const lines = faults.map((fault) => Number(fault.split(':')[0]));
    assert.deepEqual(
      [...new Set(lines)].sort((left, right_) => left - right_),
      wrong.map((_line, index) => right.length + index + 1),
      faults.join('\n'),
    );
  }).timeout(60_000);
});
