import { findMember, type Workspace } from '../policy-set.ts';
import type { SubjectId } from '../subject.ts';

/** The name of somebody, where the policy has one: `properties.name`, the nearer word first. Without one they are their id. */
export function personNameAt(place: Workspace, subject: SubjectId): string | undefined {
  for (const { members } of [place, place.organization]) {
    const name = findMember(members, subject)?.properties?.['name'];
    if (typeof name === 'string' && name.trim() !== '') return name;
  }
  return undefined;
}
