import { partsOfGroup, type Place, type RuntimeMember } from '../policy/runtime-member.ts';
import type { SubjectId } from '../policy/subject.ts';

type Members = Map<string, Map<string, RuntimeMember>>;

/**
 * The memberships that were given while the product runs, as the database has them. What a role id means is found out
 * when somebody asks, by the policy that decides then.
 */
export class RuntimeMembers {
  /** By place, then by subject type, then by id: no joined key that could be forged. */
  readonly #places: Readonly<Record<Place['kind'], Map<string, Members>>> = {
    workspace: new Map(),
    organization: new Map(),
    group: new Map(),
  };
  /** Those who handed over what YAML gives them, which are few. */
  readonly #handingOver = new Set<RuntimeMember>();
  /** The groups that a subject is in, by organization, then by subject type, then by id. */
  readonly #groups = new Map<string, Map<string, Map<string, Set<string>>>>();
  #size = 0;

  constructor(members: Iterable<RuntimeMember> = []) {
    for (const member of members) this.set(member);
  }

  /** How many memberships: who is in two workspaces counts twice. */
  get size(): number {
    return this.#size;
  }

  /** How many of them give something; the others say what was handed over that YAML gives. */
  get givingSize(): number {
    return this.#size - this.#handingOver.size;
  }

  get({ kind, id: place }: Place, type: string, id: string): RuntimeMember | undefined {
    return this.#places[kind].get(place)?.get(type)?.get(id);
  }

  /** The ids of the groups of an organization that a subject was put into; undefined for none. */
  groupsOf(organization: string, type: string, id: string): ReadonlySet<string> | undefined {
    return this.#groups.get(organization)?.get(type)?.get(id);
  }

  /** Replaces what the member held there. Without assignments the member is gone. */
  set(member: RuntimeMember): void {
    const { place, subject, assignments } = member;
    if (assignments.length === 0) {
      this.#remove(place, subject.type, subject.id);
      return;
    }
    const types = entryOf(this.#places[place.kind], place.id, () => new Map<string, Map<string, RuntimeMember>>());
    const members = entryOf(types, subject.type, () => new Map<string, RuntimeMember>());
    const earlier = members.get(subject.id);
    if (earlier) this.#handingOver.delete(earlier);
    else this.#size += 1;
    members.set(subject.id, member);
    if (assignments.some(({ handedOver }) => handedOver)) this.#handingOver.add(member);
    if (place.kind === 'group') this.#noteGroup(place.id, subject);
  }

  replaceAll(members: Iterable<RuntimeMember>): void {
    for (const places of Object.values(this.#places)) places.clear();
    this.#handingOver.clear();
    this.#groups.clear();
    this.#size = 0;
    for (const member of members) this.set(member);
  }

  /** The members of one place, in no order. */
  *list({ kind, id }: Place): Generator<RuntimeMember> {
    for (const members of this.#places[kind].get(id)?.values() ?? []) yield* members.values();
  }

  /** Those who handed over what YAML gives them. */
  get handingOver(): Iterable<RuntimeMember> {
    return this.#handingOver;
  }

  /** All of them, in no order. */
  *all(): Generator<RuntimeMember> {
    for (const places of Object.values(this.#places)) {
      for (const types of places.values()) for (const members of types.values()) yield* members.values();
    }
  }

  #remove({ kind, id: place }: Place, type: string, id: string): void {
    const types = this.#places[kind].get(place);
    const members = types?.get(type);
    const earlier = members?.get(id);
    if (!earlier || !members?.delete(id)) return;
    this.#handingOver.delete(earlier);
    this.#size -= 1;
    if (kind === 'group') this.#forgetGroup(place, type, id);
    if (members.size === 0) types?.delete(type);
    if (types?.size === 0) this.#places[kind].delete(place);
  }

  #noteGroup(place: string, { type, id }: SubjectId): void {
    const { organization, group } = partsOfGroup(place);
    const byType = entryOf(this.#groups, organization, () => new Map<string, Map<string, Set<string>>>());
    const byId = entryOf(byType, type, () => new Map<string, Set<string>>());
    entryOf(byId, id, () => new Set<string>()).add(group);
  }

  #forgetGroup(place: string, type: string, id: string): void {
    const { organization, group } = partsOfGroup(place);
    const byId = this.#groups.get(organization)?.get(type);
    const groups = byId?.get(id);
    groups?.delete(group);
    if (groups?.size === 0) byId?.delete(id);
  }
}

function entryOf<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = create()));
  return found;
}
