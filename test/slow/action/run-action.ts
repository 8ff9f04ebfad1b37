import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { repository } from '../../docs/markdown.ts';
import type { Finished, ScratchClone } from './scratch-clone.ts';

export interface Step {
  readonly name: string;
  readonly run: string;
  readonly shell: string;
  readonly env: Record<string, string>;
}

export interface ActionDefinition {
  readonly inputs: Record<string, { description: string; default: string }>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[]; readonly main?: string };
}

export function readAction(path: string): ActionDefinition {
  return load(readFileSync(join(repository, path), 'utf8')) as ActionDefinition;
}

/**
 * Runs the steps of action.yml as GitHub's runner does, one after the other until one fails: each script in a file of its
 * own, with the environment of the job and, over it, that of the step. `checkout` is where the action itself lies.
 */
export async function runAction(
  clone: ScratchClone,
  inputs: Record<string, string> = {},
  job: Record<string, string> = {},
  checkout = repository,
): Promise<Finished> {
  const action = readAction('action.yml');
  const given = (name: string): string => inputs[name] ?? action.inputs[name]?.default ?? '';
  let done: Finished | undefined;
  for (const [index, { run, shell, env }] of action.runs.steps.entries()) {
    const file = join(clone.root, `../step-${index}.sh`);
    await clone.write(`../step-${index}.sh`, run);
    const stepEnv = Object.entries(env).map(([name, value]): [string, string] => [name, evaluate(value, given)]);
    const [program = '', ...args] = shell.replace('{0}', file).split(' ');
    done = await clone.execute(program, args, {
      GITHUB_ACTION_PATH: checkout,
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_WORKSPACE: clone.root,
      GITHUB_BASE_REF: 'main',
      ...job,
      ...Object.fromEntries(stepEnv),
    });
    if (done.exitCode !== 0) break;
  }
  if (done === undefined) throw new Error('the action has no steps');
  return done;
}

function evaluate(value: string, given: (name: string) => string): string {
  const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1];
  if (name !== undefined) return given(name);
  // The one expression of another kind asks whether the label that accepts was set just now.
  return value.startsWith('${{') ? 'false' : value;
}
