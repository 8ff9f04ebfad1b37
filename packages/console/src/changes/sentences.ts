import type { Cells } from '../api/cells.ts';
import type { ListedEdit, MadeChange } from '../api/judgement.ts';
import { shortName } from '../parts/person.tsx';
import { listed, scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';

/** What changes are listed of, and told with. */
export interface ChangeListProps {
  readonly workspace: string;
  readonly role?: string;
  readonly cells: Cells;
  readonly titles: ReadonlyMap<string, string>;
}

/** What an edit did, in three parts: `turned on`, `Block senders`, `in Team lead`. */
export interface Sentence {
  readonly verb: string;
  readonly object: string;
  readonly rest: string;
}

type Names = Pick<ChangeListProps, 'cells' | 'titles'>;

export function sentencesOf(
  { edits, reverts }: Pick<MadeChange, 'edits' | 'reverts'>,
  names: Names,
): readonly Sentence[] {
  if (reverts !== undefined) return [undone(edits, names)];
  return edits.flatMap((edit) => sentencesOfEdit(edit, names));
}

function undone(edits: readonly ListedEdit[], { titles }: Names): Sentence {
  const objects = edits.map(
    ({ role, subject, group }) => titles.get(role ?? '') ?? role ?? group ?? shortName(subject ?? ''),
  );
  return { verb: words.changes.reverted, object: listed([...new Set(objects)]), rest: '' };
}

function sentencesOfEdit(edit: ListedEdit, { cells, titles }: Names): readonly Sentence[] {
  const { changes } = words;
  const role = titles.get(edit.role ?? '') ?? edit.title ?? edit.role ?? '';
  const verb = changes.verb[edit.edit] ?? edit.edit;
  const title = (id: string): string => titles.get(id) ?? id;
  switch (edit.edit) {
    case 'role.change': {
      const { allow = [], disallow = [], always = [], spelled = [], extends: follows } = edit;
      const named = (cellWords: readonly string[]): string =>
        listed(cellWords.map((word) => cells.titleOf(word, scopeWord)));
      const moved = [
        [changes.on, named(allow)],
        [changes.off2, named(disallow)],
        [changes.always, listed(always)],
        [changes.spelled, listed(spelled)],
      ].flatMap(([does = '', object = '']) =>
        object === '' ? [] : [{ verb: does, object, rest: `${changes.in} ${role}` }],
      );
      if (follows) moved.push({ verb: changes.had, object: role, rest: changes.follow(listed(follows.map(title))) });
      return moved.length > 0 ? moved : [{ verb, object: role, rest: '' }];
    }
    case 'role.create':
      return [{ verb, object: edit.title ?? role, rest: '' }];
    case 'role.duplicate':
      return [{ verb, object: edit.title ?? role, rest: `${changes.from} ${title(edit.from ?? '')}` }];
    case 'role.rename':
    case 'role.delete':
      return [{ verb, object: role, rest: edit.to === undefined ? '' : `${changes.to} ${title(edit.to)}` }];
    case 'member.set': {
      const given = (edit.roles ?? []).map((one) => title(typeof one === 'string' ? one : one.role));
      return [{ verb, object: listed(given), rest: `${changes.to} ${shortName(edit.subject ?? '')}` }];
    }
    case 'member.remove':
      return [{ verb, object: shortName(edit.subject ?? ''), rest: '' }];
    case 'group.rename':
      return [{ verb, object: edit.group ?? '', rest: `${changes.to} ${edit.to ?? ''}` }];
    case 'group.set':
    case 'group.remove':
      return [{ verb, object: edit.group ?? '', rest: '' }];
    case 'test.expect':
      return [];
    default:
      return [{ verb, object: role, rest: '' }];
  }
}
