import { findOrganization, findWorkspace, type PolicySet } from '../../policy/policy-set.ts';
import { parseSubject, type SubjectId } from '../../policy/subject.ts';
import type { ActorKnowledge } from '../../review/access/actor-knowledge.ts';
import { objectOfEdit, placeOfEdit } from '../../review/changes/asked-edit.ts';
import type { ListedEdit } from './asked-change.ts';

/**
 * Whether somebody may know of a change that was made: of all its edits, or of none. An edit is known to who controls
 * something at its place, as that is now, and one of a membership to whom it belongs.
 */
export function mayKnowChange(edits: readonly ListedEdit[], policy: PolicySet, knowledge: ActorKnowledge): boolean {
  const { actor } = knowledge;
  // Of a commit that was made by hand nobody knows whose places it speaks of.
  return (
    actor === undefined || (edits.length > 0 && edits.every((edit) => mayKnowEdit(edit, policy, knowledge, actor)))
  );
}

function mayKnowEdit(edit: ListedEdit, policy: PolicySet, knowledge: ActorKnowledge, actor: SubjectId): boolean {
  const insight = insightOf(edit, policy, knowledge);
  if (insight !== 'own') return insight === 'all';
  if (objectOfEdit(edit) !== 'member' || !('subject' in edit)) return false;
  const { type, id } = parseSubject(edit.subject, policy.catalog.subjectTypes[0]);
  return type === actor.type && id === actor.id;
}

function insightOf(edit: ListedEdit, policy: PolicySet, knowledge: ActorKnowledge): ReturnType<ActorKnowledge['at']> {
  // What was renamed since is asked by the name that it has now.
  const place = edit.edit === 'workspace.rename' ? { kind: 'workspace', id: edit.to } : placeOfEdit(edit);
  if (place?.kind === 'workspace') {
    const workspace = findWorkspace(policy, place.id);
    // Another company may have a workspace of that name by now.
    const isSame =
      workspace && (edit.within === undefined || findOrganization(policy, edit.within) === workspace.organization);
    return isSame ? knowledge.at(workspace) : 'nothing';
  }
  const organization = place && findOrganization(policy, place.id);
  return organization ? knowledge.atOrganization(organization) : 'nothing';
}
