import type { Workspace } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import { limits } from '../../policy/limits.ts';
import { ProblemList } from '../../policy/problem-list.ts';
import { createProblem } from '../../policy/problem.ts';
import type { CompiledCatalog, CompiledOrganization, CompiledWorkspace } from '../file/compiled.ts';
import { quote } from '../words/describe-value.ts';
import { folderOf } from '../file/policy-files.ts';
import { batchSize, inBatches } from '../yaml/step-batches.ts';
import type { NearestOrganization, WorkspaceSource } from './workspace-source.ts';

export interface CompiledWorkspaces {
  readonly compiled: readonly CompiledWorkspace[];
  readonly byId: ReadonlyMap<string, Workspace>;
}

/** Reads and compiles workspaces, each against the organization above it. Steps answer how much they did. */
export function* compileWorkspaces(
  sources: readonly WorkspaceSource[],
  organizations: ReadonlyMap<string, CompiledOrganization | undefined>,
  catalog: CompiledCatalog,
  problems: ProblemList,
): Generator<number, CompiledWorkspaces> {
  const found: CompiledWorkspace[] = [];
  const byId = new Map<string, Workspace>();
  let passed = 0;
  for (const source of sources) {
    const organization = nearestOrganization(source.path, organizations);
    let compiled = source.compiledFor(organization, catalog);
    if (!compiled) {
      if (!source.isRead) yield* inBatches(source.readInSteps(), 1, 0);
      yield 1;
      problems.addAll(source.problems);
      problems.addUntold(source.untold);
      if (!source.isSound) continue;
      compiled = yield* inBatches(source.compile(organization, catalog), 1, 0);
      yield 1;
    } else if ((passed += 1) % batchSize === 0) yield 2 * batchSize;
    if (compiled) take(compiled, found, byId, problems);
  }
  return { compiled: found, byId };
}

function take(
  compiled: CompiledWorkspace,
  found: CompiledWorkspace[],
  byId: Map<string, Workspace>,
  problems: ProblemList,
): void {
  problems.addAll(compiled.problems);
  const first = byId.get(compiled.workspace.id);
  if (first) {
    const message = `workspace ${quote(first.id)} is already defined at ${formatPosition(first.position)}`;
    const help = 'a request names nothing but the workspace, so its id is unique over all organizations';
    problems.add(createProblem('duplicate-workspace', compiled.workspace.position, message, help));
    return;
  }
  byId.set(compiled.workspace.id, compiled.workspace);
  found.push(compiled);
}

/** What is wrong with them by themselves, when there is nothing to compile them against. */
export function* readWorkspaces(sources: readonly WorkspaceSource[]): Generator<number, ProblemList> {
  const problems = new ProblemList(limits.policyProblems);
  for (const source of sources) {
    if (!source.isRead) yield* inBatches(source.readInSteps(), 1, 0);
    problems.addAll(source.problems);
    problems.addUntold(source.untold);
    yield 1;
  }
  return problems;
}

// The `organization.yaml` nearest above; 'none' is not the same as one that cannot be understood.
function nearestOrganization(
  path: string,
  organizations: ReadonlyMap<string, CompiledOrganization | undefined>,
): NearestOrganization {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    if (organizations.has(folder)) return organizations.get(folder) ?? 'unknown';
    if (!folder.includes('/')) break;
  }
  return 'none';
}
