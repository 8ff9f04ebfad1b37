import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { toWorkspace } from '../route/route.ts';
import { Dialog } from '../parts/dialog.tsx';
import { EffectLine } from '../parts/effect/effect-line.tsx';
import { Icon } from '../parts/icon.tsx';
import type { Role } from '../api/types.ts';
import { listed, scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import { followsOf } from './draft/draft.ts';
import { type ChosenField, conflictOf, rebase, type Side as ConflictSide } from './draft/merge.ts';
import { refollow } from './draft/refollow.ts';
import type { RoleParts } from './role-parts.ts';
import type { DraftState } from './draft/use-draft.ts';

interface ConflictDialogProps extends RoleParts {
  readonly state: DraftState;
}

const labels: Readonly<Record<ChosenField, string>> = {
  title: words.conflict.titleField,
  description: words.conflict.descriptionField,
  follows: words.role.follows,
};

/** Somebody else saved the role meanwhile: both are shown, and only what collides is asked. */
export function ConflictDialog(props: ConflictDialogProps) {
  const { found, state, roles, cells, titles } = props;
  const conflict = conflictOf(state.draft, found);
  const [chosen, setChosen] = useState<Partial<Record<ChosenField, 'theirs' | 'mine'>>>({});
  const both = useRef<HTMLButtonElement>(null);
  const { collisions } = conflict;
  const rolesOf = (ids: readonly string[]): readonly Role[] =>
    ids.flatMap((id) => roles.find(({ role }) => role === id) ?? []);
  const goOn = (): void =>
    state.set((draft) => rebase(draft, found, chosen, (ids) => refollow(found, rolesOf(ids), cells)));
  const named = (ids: readonly string[]): string =>
    ids.length === 0 ? words.role.followsNone : listed(ids.map((id) => titles.get(id) ?? id));
  const textOf = (field: ChosenField, who: 'theirs' | 'mine'): string => {
    const isTheirs = who === 'theirs';
    if (field === 'follows') return named(isTheirs ? found.written.extends : followsOf(state.draft));
    return (isTheirs ? found : state.draft)[field] ?? '';
  };
  return (
    <Dialog
      size="wide"
      title={words.conflict.title(found.title)}
      hint={words.conflict.hint(state.unsaved - collisions.length, state.unsaved)}
      first={both}
      onClose={goOn}
      foot={
        <>
          <button className="button button-quiet is-loss" type="button" onClick={state.discard}>
            {words.conflict.dropMine}
          </button>
          <button ref={both} className="button button-primary" type="button" onClick={goOn}>
            {words.conflict.both}
          </button>
        </>
      }
    >
      <div className="both">
        <Side {...props} title={words.conflict.theirs} side={conflict.theirs} />
        <Side {...props} title={words.conflict.yours} side={conflict.mine} beside={conflict.theirs} />
      </div>
      {collisions.map((field) => (
        <fieldset className="collision" key={field}>
          <legend>
            <span className="tag tag-caution">{words.conflict.choose}</span> {labels[field]}
          </legend>
          {(['theirs', 'mine'] as const).map((who) => (
            <label key={who}>
              <input
                className="check"
                type="radio"
                name={field}
                checked={(chosen[field] ?? 'mine') === who}
                onChange={() => setChosen({ ...chosen, [field]: who })}
              />
              <span>
                <small>{who === 'theirs' ? words.conflict.keepTheirs : words.conflict.keepYours}</small>
                <bdi>{textOf(field, who)}</bdi>
              </span>
            </label>
          ))}
        </fieldset>
      ))}
    </Dialog>
  );
}

interface SideProps extends ConflictDialogProps {
  readonly title: string;
  readonly side: ConflictSide;
  readonly beside?: ConflictSide;
}

function Side({ title, side, beside, cells }: SideProps) {
  const { gained, lost, fields } = side;
  const isSame = (word: string, kind: 'gained' | 'lost'): string =>
    beside?.[kind].includes(word) === true ? ` (${words.conflict.same})` : '';
  const isEmpty = gained.length + lost.length + fields.length === 0;
  return (
    <section>
      <h3>{title}</h3>
      {isEmpty && <p className="quiet">{words.conflict.nothing}</p>}
      <ul className="effects">
        {gained.map((word) => (
          <EffectLine key={word} kind="gain" text={cells.titleOf(word, scopeWord) + isSame(word, 'gained')} />
        ))}
        {lost.map((word) => (
          <EffectLine key={word} kind="loss" text={cells.titleOf(word, scopeWord) + isSame(word, 'lost')} />
        ))}
        {fields.map((field) => (
          <li key={field}>
            <Icon name="pencil" />
            <span>{labels[field]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Somebody deleted the role while it was edited: what was not saved stands here, and has nowhere to go. */
export function Gone({ workspace, found }: RoleParts) {
  return (
    <div className="banner" role="alert">
      <Icon name="caution" />
      <div>
        <b>
          <bdi>{words.conflict.goneTitle(found.title)}</bdi>
        </b>
        <p>
          {words.conflict.gone} <Link href={toWorkspace(workspace, 'roles')}>{words.nav.roles}</Link>
        </p>
      </div>
    </div>
  );
}
