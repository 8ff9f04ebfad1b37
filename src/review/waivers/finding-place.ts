import type { FindingWord } from '../../compile/file/entries.ts';
import { classifyPath, type PolicyFileKind, type SourceFile } from '../../compile/file/policy-files.ts';
import { parseYaml, type YamlDocument } from '../../compile/yaml/yaml-document.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { Position } from '../../policy/position.ts';
import { formatSubject, parseSubject } from '../../policy/subject.ts';
import { isJsonObject, type JsonValue } from '../../policy/text/json.ts';

/** The things that a finding is about, by the words of `waive`. */
export type FindingPlace = Readonly<Partial<Record<FindingWord, string>>>;

/**
 * The things that findings are about, known from where they stand, so that no check has to say it. A file is parsed
 * when somebody asks for it the first time.
 */
export class FindingPlaces {
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #documents = new Map<string, YamlDocument | undefined>();
  readonly #policy: PolicySet | undefined;

  /** `display`: how paths are written in findings. */
  constructor(files: readonly SourceFile[], policy: PolicySet | undefined, display: (path: string) => string) {
    this.#files = new Map(files.map((file) => [display(file.path), file]));
    this.#policy = policy;
  }

  placeOf({ file: shown, line, column }: Position): FindingPlace {
    const file = this.#files.get(shown)?.path ?? shown;
    const document = this.#documentOf(shown);
    if (!document) return { file };
    const path = document.positions.pathAt(line, column);
    const value = document.value as JsonValue;
    const found = { file, ...describePlace(classifyPath(file), path, value) };
    return this.#inOrganization(found.member === undefined ? found : { ...found, member: this.nameOf(found.member) });
  }

  /** A member as policies write it; `user:ana` is `ana`. */
  nameOf(member: string): string {
    const [firstType = 'user'] = this.#policy?.catalog.subjectTypes ?? [];
    return formatSubject(parseSubject(member, firstType), firstType);
  }

  #inOrganization(place: FindingPlace): FindingPlace {
    const id = this.#policy?.workspaces.get(place.workspace ?? '')?.organization.id;
    return id === undefined ? place : { ...place, organization: id };
  }

  #documentOf(shown: string): YamlDocument | undefined {
    if (this.#documents.has(shown)) return this.#documents.get(shown);
    const file = this.#files.get(shown);
    const text = file && 'content' in file ? new TextDecoder('utf-8').decode(file.content) : undefined;
    const { document } = text === undefined ? { document: undefined } : parseYaml(shown, text);
    this.#documents.set(shown, document);
    return document;
  }
}

type Path = readonly (string | number)[];

function describePlace(kind: PolicyFileKind, path: Path, value: JsonValue): FindingPlace {
  if (kind === 'roles') return placeInRoles(path, value);
  if (kind === 'workspace') return { ...wordOf('workspace', at(value, ['workspace'])), ...placeInOne(path, value) };
  if (kind === 'organization') {
    return { ...wordOf('organization', at(value, ['organization'])), ...placeInOne(path, value) };
  }
  return kind === 'test' ? placeInTests(path, value) : {};
}

function placeInRoles(path: Path, value: JsonValue): FindingPlace {
  const [top, name, below] = path;
  if (top === 'permissions') return wordOf('permission', below);
  if (top === 'scopes') return wordOf('scope', name);
  if (top === 'baseline' || top === 'exclusive') return wordOf('permission', at(value, path));
  if (top === 'staff') return placeInMembers(path, value);
  return top === 'roles' ? placeInRole(path, value) : {};
}

/** In the file of a workspace or an organization. */
function placeInOne(path: Path, value: JsonValue): FindingPlace {
  const [top, name] = path;
  if (top === 'roles') return placeInRole(path, value);
  if (top === 'retired') return wordOf('role', name);
  if (top === 'groups' && path.length > 2) return wordOf('member', at(value, path));
  return top === 'members' ? placeInMembers(path, value) : {};
}

function placeInMembers(path: Path, value: JsonValue): FindingPlace {
  const held = at(value, path[2] === 'roles' ? path.slice(0, 4) : path.slice(0, 3));
  // The value itself is about the member; one of several roles is about that role, too.
  const role = path.length < 3 || path[2] === 'properties' ? undefined : isJsonObject(held) ? held['role'] : held;
  return { ...wordOf('member', path[1]), ...wordOf('role', role) };
}

// One of a list under a role is a grant.
function placeInRole([, role, list, index]: Path, value: JsonValue): FindingPlace {
  const isGrant = list === 'grants' || list === 'without' || list === 'denies';
  const grant = isGrant && index !== undefined ? at(value, ['roles', role ?? '', list, index]) : undefined;
  return { ...wordOf('role', role), ...wordOf('permission', grant) };
}

function placeInTests(path: Path, value: JsonValue): FindingPlace {
  const test = at(value, path.slice(0, 2));
  if (!isJsonObject(test)) return {};
  const member = path[2] === 'as' ? at(value, path) : undefined;
  return { ...wordOf('workspace', test['workspace']), ...wordOf('member', member) };
}

function at(value: JsonValue, path: Path): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const segment of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, segment)) return undefined;
    found = (found as Readonly<Record<string | number, JsonValue>>)[segment];
  }
  return found;
}

function wordOf(word: FindingWord, text: unknown): FindingPlace {
  return typeof text === 'string' ? { [word]: text } : {};
}
