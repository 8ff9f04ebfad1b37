import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { formatCell } from '../../../src/policy/permission.ts';
import { heldCells } from '../../../src/policy/role.ts';
import { nowMs, policyOf, sourceFiles } from '../../support/compile-yaml.ts';

/** A `roles.yaml` in short: the lines under its only category, those of its roles, and what stands before. */
export interface Written {
  readonly permissions: string;
  readonly roles: string;
  readonly top?: string;
}

export function files({ permissions, roles, top = '' }: Written): Record<string, string> {
  return {
    'roles.yaml': `${top}permissions:\n  All:\n${indent(permissions, 4)}roles:\n${indent(roles, 2)}`,
    'policies/support.yaml': 'workspace: support\nmembers: { ana: plain }\n',
  };
}

function indent(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line.trim()}\n`)
    .join('');
}

/** The cells that a role holds, by name. */
export function held(written: Written, role: string): string[] {
  const { catalog } = policyOf(files(written));
  const found = catalog.roles.get(role) ?? assert.fail(`no role ${role}`);
  const cells = heldCells(found);
  return catalog.cells.filter(({ index }) => cells.has(index)).map(formatCell);
}

export function problems(written: Written): string[] {
  return compilePolicy(sourceFiles(files(written)), nowMs).problems.map(
    ({ line, message, code, help }) => `${line}: ${message} [${code}]${help === undefined ? '' : ` (${help})`}`,
  );
}
