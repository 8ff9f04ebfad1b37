import { BoundedMemory } from './bounded-memory.ts';
import type { Decision } from '../policy/decision.ts';
import { limits } from '../policy/limits.ts';
import { ownText } from '../policy/text/own-text.ts';
import type { RoleSet } from './role-set.ts';

/**
 * Decisions with their reasons, which are about the roles alone, not about who holds them, nor since when. They are
 * found by the place of the answer. Only that built-in roles do not grant something is told differently in each
 * workspace, because it names the roles that would.
 */
export class Explanations {
  readonly #byPlace = new BoundedMemory<number, Decision>(limits.rememberedCharacters);
  readonly #byWorkspace = new BoundedMemory<string, Decision>(limits.rememberedCharacters);
  readonly #byUnknownPermission = new BoundedMemory<string, Decision>(limits.rememberedCharacters);

  /** What is told alike in every workspace where such a role set can be held. */
  recall(place: number): Decision | undefined {
    return this.#byPlace.get(place);
  }

  recallIn(workspaceId: string, place: number): Decision | undefined {
    return this.#byPlace.get(place) ?? this.#byWorkspace.get(keyOf(workspaceId, place));
  }

  remember(workspaceId: string, roleSet: RoleSet, place: number, decision: Decision): void {
    const { code, message } = decision.reason;
    const isShared = roleSet.roles.every((role) => role.workspace === undefined);
    // The names in it stand there a second time as a list.
    const size = 2 * message.length;
    if (isShared && code === 'not-granted') this.#byWorkspace.set(keyOf(workspaceId, place), decision, size);
    else this.#byPlace.set(place, decision, size);
  }

  /** Of a permission that is in no catalog: it is told alike to everybody, everywhere. */
  recallUnknown(permission: string): Decision | undefined {
    return this.#byUnknownPermission.get(permission);
  }

  rememberUnknown(permission: string, decision: Decision): Decision {
    const { reason } = decision;
    const kept = { ...decision, reason: { ...reason, message: ownText(reason.message) } };
    this.#byUnknownPermission.set(ownText(permission), kept, permission.length + 2 * reason.message.length);
    return kept;
  }
}

function keyOf(workspaceId: string, place: number): string {
  return `${workspaceId}/${place}`;
}
