import { Suspense, useState } from 'react';
import { isGivenAt } from '../api/place.ts';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { words } from '../words/words.ts';
import { RoleTags } from '../parts/role-tags.tsx';
import type { HeldRolesProps, Taking } from './taking.ts';

const TakeDialog = later(async () => (await import('./take-dialog.tsx')).TakeDialog);

/** The roles of somebody at a workspace, each of which can be taken away where it was given. */
export function HeldRoles(props: HeldRolesProps) {
  const { workspace, here, mayTake, isSelf } = props;
  const [taking, setTaking] = useState<Taking>();
  const roles = here?.roles ?? [];
  const own = roles.filter((one) => isGivenAt(one, workspace) && one.group === undefined);
  return (
    <section className="block">
      <h2>{words.member.roles}</h2>
      {roles.length === 0 ? (
        <p className="quiet">{words.member.noRoles}</p>
      ) : (
        <ul className="card held">
          {roles.map((given, index) => (
            <li key={`${given.role}${index}`}>
              <RoleTags roles={[given]} />
              <span className="quiet">
                {given.group !== undefined && <bdi>{words.common.group(given.group)} </bdi>}
                {given.reason !== undefined && <bdi>“{given.reason}” </bdi>}
                {given.file !== undefined && <code>{words.member.lineOf(given.file, given.line ?? 1)}</code>}
              </span>
              {mayTake && own.includes(given) && (
                <button
                  className="button button-small"
                  type="button"
                  aria-label={isSelf ? words.member.giveUpRole(given.title) : words.member.takeAway(given.title)}
                  onClick={() => setTaking(given)}
                >
                  <Icon name="minus" size="small" />
                  {isSelf ? words.member.giveUp : words.member.take}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayTake && own.length > 1 && (
        <p>
          <button className="link is-loss" type="button" onClick={() => setTaking('all')}>
            {words.member.leave}
          </button>
        </p>
      )}
      {taking && (
        <Suspense>
          <TakeDialog {...props} taking={taking} onClose={() => setTaking(undefined)} />
        </Suspense>
      )}
    </section>
  );
}
