import type { PolicySet } from '../policy/policy-set.ts';
import type { PolicyTestFile } from '../policy/policy-test.ts';
import { limits } from '../policy/limits.ts';
import { formatPosition } from '../policy/position.ts';
import { ProblemList, type ProblemCounts } from '../policy/problem-list.ts';
import { createProblem, sortProblems, type Problem } from '../policy/problem.ts';
import { shortenDigest } from '../policy/text/revision-text.ts';
import { warnOfLetterCase, type Named } from './checks/check-letter-case.ts';
import { checkFormerPlaces, type NamedPlace } from './checks/check-former-places.ts';
import { findLookAlikes, type MembersOfPlace } from './checks/check-look-alikes.ts';
import { checkMemberships } from './checks/check-memberships.ts';
import { checkModel } from './checks/check-model.ts';
import type { CompiledCatalog, CompiledOrganization, CompiledWorkspace, Waiver } from './file/compiled.ts';
import { compileTests } from './resolve/compile-tests.ts';
import { CompileCache } from './incremental/compile-cache.ts';
import { compileWorkspaces, readWorkspaces } from './incremental/compile-workspaces.ts';
import { quote, quoteWhole } from './words/describe-value.ts';
import type { OrganizationFile, RolesFile, TestFile } from './file/entries.ts';
import type { ParsedFile } from './file/parsed-file.ts';
import { classifyPath, decidingKinds, folderOf, nameOf, pathMeant, type SourceFile } from './file/policy-files.ts';
import { computeDigestInSteps, sortByPath, type DigestedFile } from './revision.ts';
import { batchSize, inBatches } from './yaml/step-batches.ts';
import type { CompileEffort, WorkspaceSource } from './incremental/workspace-source.ts';

export interface CompileResult {
  /** Undefined when a file that decides has an error. */
  readonly policy: PolicySet | undefined;
  readonly tests: readonly PolicyTestFile[];
  /** The problems of all files, sorted by place: of each file and of all, as many as anybody reads. */
  readonly problems: readonly Problem[];
  /** How many there are. */
  readonly problemCounts: ProblemCounts;
  /** For `lint` alone. */
  readonly waivers: readonly Waiver[];
  /** What its digest is made of; empty when there is no policy. */
  readonly deciding: readonly DigestedFile[];
}

/** The progress of a compilation. Steps differ in length, so it is good for a bar, not for a clock. */
export interface CompileProgress {
  readonly done: number;
  readonly total: number;
}

/** Compiles once. `nowMs` is the clock for what is said about times, in milliseconds since 1970 UTC. */
export function compilePolicy(files: readonly SourceFile[], nowMs: number): CompileResult {
  return new PolicyCompiler().compile(files, nowMs);
}

/**
 * The compiler of a policy directory, again and again: what an unchanged file gave is kept, as long as the same
 * `SourceFile` object comes back and what it is compiled against is the same.
 */
export class PolicyCompiler {
  readonly #cache: CompileCache;

  constructor(effort?: CompileEffort) {
    this.#cache = new CompileCache(effort);
  }

  /** Lets go of what these files gave, for whoever still has the files and does not come back with them. */
  forget(files: readonly SourceFile[]): void {
    for (const file of files) this.#cache.forget(file);
  }

  compile(files: readonly SourceFile[], nowMs: number): CompileResult {
    const steps = this.compileInSteps(files, nowMs);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /**
   * The same in short steps, so that whoever has other things to do can do them in between. One run must end, or be
   * given up, before the next begins.
   */
  *compileInSteps(files: readonly SourceFile[], nowMs: number): Generator<CompileProgress, CompileResult> {
    const steps = this.#steps(files, nowMs);
    // A file is parsed, compiled and checked.
    const total = files.length * 3;
    for (let done = 0; ;) {
      const step = steps.next();
      if (step.done) return step.value;
      done += step.value;
      yield { done, total };
    }
  }

  // Each step answers how much of the total it did.
  *#steps(files: readonly SourceFile[], nowMs: number): Generator<number, CompileResult> {
    // Of two files that claim one id the first by path keeps it, in whatever order they were found.
    const parsed = yield* this.#parse(sortByPath(files));
    const { problems } = parsed;
    const catalog = parsed.roles?.entry && this.#cache.catalog(parsed.roles, parsed.roles.entry);
    if (!catalog) {
      problems.addAll(yield* readWorkspaces(parsed.workspaces));
      problems.addAll(parsed.testProblems);
      return {
        policy: undefined,
        tests: [],
        problems: sortProblems(problems.told),
        problemCounts: problems.counts,
        waivers: [],
        deciding: [],
      };
    }
    problems.addAll(catalog.problems);
    const organizations = yield* this.#compileOrganizations(parsed.organizations, catalog, problems);
    const workspaces = yield* compileWorkspaces(parsed.workspaces, organizations, catalog, problems);
    const unique = new Set([...organizations.values()].flatMap((found) => (found ? [found] : [])));
    problems.addAll([
      ...checkFormerPlaces('organization', [...unique].map(namedOrganization)),
      ...checkFormerPlaces('workspace', workspaces.compiled.map(namedWorkspace)),
    ]);
    const memberships = checkMemberships(unique, workspaces.compiled, catalog, nowMs);
    problems.addAll(yield* inBatches(memberships));
    const places = [
      { members: catalog.staff, unusual: catalog.unusualStaff },
      ...[...unique].flatMap(placesOf),
      ...workspaces.compiled.map(({ workspace, unusualMembers }) => ({ ...workspace, unusual: unusualMembers })),
    ];
    problems.addAll(yield* inBatches(findLookAlikes(places)));
    problems.addAll(warnOfLetterCase('organization', [...unique].flatMap(casedOrganization)));
    problems.addAll(
      warnOfLetterCase(
        'workspace',
        workspaces.compiled.map(({ workspace }) => workspace),
      ),
    );
    const failed = problems.hasErrors;
    const digest = failed ? undefined : yield* inBatches(computeDigestInSteps(parsed.deciding), 1);
    const policy: PolicySet | undefined =
      digest === undefined
        ? undefined
        : {
            digest,
            revision: shortenDigest(digest),
            catalog: catalog.catalog,
            staff: catalog.staff,
            organizations: [...unique].map(({ organization }) => organization),
            workspaces: workspaces.byId,
          };
    const all = [...unique].map(({ organization }) => organization);
    const tests = compileAllTests(parsed, workspaces.byId, all, catalog, problems);
    problems.addAll(parsed.testProblems);
    const deciding = failed ? [] : parsed.deciding;
    const { counts } = problems;
    const { waivers } = catalog;
    return { policy, tests, problems: sortProblems(problems.told), problemCounts: counts, waivers, deciding };
  }

  *#parse(files: readonly SourceFile[]): Generator<number, ParsedPolicy> {
    const parsed = createParsedPolicy();
    for (const [index, file] of files.entries()) {
      if (index % batchSize === batchSize - 1) yield 0;
      const kind = this.#cache.hasWorkspace(file) ? 'workspace' : classifyPath(file.path);
      if (kind === 'workspace') {
        // Read only when it is compiled, so that just one file's parsed text is in memory at a time.
        const source = this.#cache.workspace(file);
        parsed.workspaces.push(source);
        parsed.deciding.push(source);
        continue;
      }
      if (kind === 'model') parsed.problems.addAll(checkModel(file));
      if (kind === 'misnamed') parsed.problems.add(misnamed(file.path));
      if (kind === 'ignored' && 'fault' in file) parsed.problems.addAll(describeFolderFault(file, this.#cache));
      const found = yield* inBatches(this.#cache.parse(file, kind), 1, 0);
      yield 3;
      if (!found) continue;
      const list = kind === 'test' ? parsed.testProblems : parsed.problems;
      list.addAll(found.problems);
      list.addUntold(found.untold ?? 0);
      if (decidingKinds.has(kind)) parsed.deciding.push(found);
      if (kind === 'roles') parsed.roles = found as ParsedFile<RolesFile>;
      if (kind === 'organization') parsed.organizations.push(found as ParsedFile<OrganizationFile>);
      if (kind === 'test') parsed.tests.push(found as ParsedFile<TestFile>);
    }
    if (!parsed.roles) {
      const help = 'run `rolebook init` to begin a policy, or say where it is with `--policy DIR`';
      parsed.problems.add(
        createProblem('missing-file', { file: 'roles.yaml', line: 1, column: 1 }, 'roles.yaml is missing', help),
      );
    }
    return parsed;
  }

  /** Organizations by folder; undefined where the file is there and cannot be understood. */
  *#compileOrganizations(
    files: readonly ParsedFile<OrganizationFile>[],
    catalog: CompiledCatalog,
    problems: ProblemList,
  ): Generator<number, Map<string, CompiledOrganization | undefined>> {
    const byFolder = new Map<string, CompiledOrganization | undefined>();
    const byId = new Map<string, CompiledOrganization>();
    for (const file of files) {
      const compiled = file.entry && this.#cache.organization(file, file.entry, catalog);
      yield 0;
      byFolder.set(folderOf(file.path), compiled);
      if (!compiled) continue;
      problems.addAll(compiled.problems);
      const { id, position } = compiled.organization;
      const first = byId.get(id ?? '')?.organization.position;
      if (first && position) {
        const message = `organization ${quote(id ?? '')} is already defined at ${formatPosition(first)}`;
        problems.add(
          createProblem('duplicate-organization', position, message, 'an organization has one file; choose another id'),
        );
      } else byId.set(id ?? '', compiled);
    }
    return byFolder;
  }
}

function casedOrganization({ organization: { id, position } }: CompiledOrganization): Named[] {
  return id === undefined || !position ? [] : [{ id, position }];
}

function namedOrganization({ organization: { id, formerly }, formerlyAt }: CompiledOrganization): NamedPlace {
  return { id, formerly, formerlyAt };
}

function namedWorkspace({ workspace: { id, formerly }, formerlyAt }: CompiledWorkspace): NamedPlace {
  return { id, formerly, formerlyAt };
}

function placesOf({ organization, unusualMembers, unusualGrouped }: CompiledOrganization): MembersOfPlace[] {
  const groups = [...organization.groups.byId.values()].map(({ id, subjects }) => {
    return { members: subjects, unusual: unusualGrouped.get(id) ?? [] };
  });
  return [{ members: organization.members, unusual: unusualMembers }, ...groups];
}

interface ParsedPolicy {
  roles: ParsedFile<RolesFile> | undefined;
  readonly organizations: ParsedFile<OrganizationFile>[];
  readonly workspaces: WorkspaceSource[];
  readonly tests: ParsedFile<TestFile>[];
  readonly deciding: DigestedFile[];
  readonly problems: ProblemList;
  /** Kept apart: a test file that cannot be read fails the tests, not the policy. */
  readonly testProblems: ProblemList;
}

function createParsedPolicy(): ParsedPolicy {
  return {
    roles: undefined,
    organizations: [],
    workspaces: [],
    tests: [],
    deciding: [],
    problems: new ProblemList(limits.policyProblems),
    testProblems: new ProblemList(limits.policyProblems),
  };
}

// A folder that cannot be listed hides workspaces; without `policies/` there are none, so everything would be denied.
function describeFolderFault(folder: SourceFile & { readonly fault: string }, cache: CompileCache): readonly Problem[] {
  if (folder.path !== 'policies' || folder.fault !== 'is missing') return cache.unreadable(folder);
  const help = 'make the folder, with a YAML file for each workspace; `rolebook init` shows how';
  return [
    createProblem('missing-file', { file: folder.path, line: 1, column: 1 }, 'the folder `policies` is missing', help),
  ];
}

function misnamed(path: string): Problem {
  const meant = pathMeant(path) ?? path;
  const message = path.endsWith('.yaml')
    ? `${quoteWhole(path)} is not read, because its name is nearly ${quoteWhole(nameOf(meant))}`
    : `${quoteWhole(path)} is not read, because its name does not end in \`.yaml\``;
  const elsewhere = path.includes('/') ? ', or move it out of `policies/` if it is no policy' : '';
  const help = `rename it to ${quoteWhole(meant)}${elsewhere}`;
  return createProblem('bad-file-name', { file: path, line: 1, column: 1 }, message, help);
}

function compileAllTests(
  parsed: ParsedPolicy,
  workspaces: PolicySet['workspaces'],
  organizations: PolicySet['organizations'],
  compiled: CompiledCatalog,
  problems: ProblemList,
): PolicyTestFile[] {
  const isIncomplete =
    parsed.workspaces.some((file) => !file.isSound) || parsed.organizations.some(({ entry }) => !entry);
  const incomplete = isIncomplete ? 'incomplete' : 'complete';
  const soundness = problems.hasErrors ? 'faulty' : 'sound';
  const tests: PolicyTestFile[] = [];
  for (const file of parsed.tests) {
    if (!file.entry) continue;
    const found = compileTests(file, file.entry, { compiled, workspaces, organizations, incomplete, soundness });
    problems.addAll(found.problems);
    tests.push(found.file);
  }
  return tests;
}
