import { useMemo, useState } from 'react';
import { useAccess, useCatalog, usePermissions, useRole, useRoles } from '../api/queries.ts';
import type { Catalog, Permission, Role, Subject } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { Field } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { WhoField } from '../parts/who-field.tsx';
import { Cells } from '../api/cells.ts';
import { readSubject } from '../api/subjects.ts';
import { useSight } from '../preview/use-sight.ts';
import { scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';

/** One decision explained: who may, by which role and which line; or who would. */
export function AskPage({ workspace }: PageProps) {
  const catalog = useCatalog();
  const roles = useRoles(workspace);
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: words.ask.title }]}
        title={words.ask.title}
        hint={words.ask.hint}
      />
      {catalog.error && !catalog.data && (
        <Failed what={words.ask.title} error={catalog.error} onRetry={() => void catalog.refetch()} />
      )}
      {catalog.data && roles.data ? (
        <AskForm workspace={workspace} catalog={catalog.data} roles={roles.data} />
      ) : (
        <Loading what={words.ask.title} rows={3} />
      )}
    </div>
  );
}

interface AskFormProps {
  readonly workspace: string;
  readonly catalog: Catalog;
  readonly roles: readonly Role[];
}

function AskForm({ workspace, catalog, roles }: AskFormProps) {
  const [who, setWho] = useState('');
  const [what, setWhat] = useState('');
  const [scope, setScope] = useState('');
  const permission = catalog.categories.flatMap((one) => one.permissions).find((one) => one.permission === what);
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const decided = permission ? cells.decided(permission)[0]?.split('@')[1] : undefined;
  const asked = permission?.scopes.includes(scope) === true ? scope : decided;
  const firstType = catalog.subjectTypes[0] ?? 'user';
  return (
    <>
      <div className="card ask">
        <WhoField label={words.ask.who} place={workspace} who={who} firstType={firstType} onChange={setWho} />
        <Field label={words.ask.what}>
          {({ id }) => (
            <select className="input" id={id} value={what} onChange={({ target }) => setWhat(target.value)}>
              <option value=""></option>
              {catalog.categories.map(({ category, permissions }) => (
                <optgroup key={category} label={category}>
                  {permissions.map((one) => (
                    <option key={one.permission} value={one.permission}>
                      {one.title}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          )}
        </Field>
        {permission && permission.scopes.length > 1 && (
          <Field label={words.ask.scope}>
            {({ id }) => (
              <select className="input" id={id} value={asked} onChange={({ target }) => setScope(target.value)}>
                {permission.scopes.map((one) => (
                  <option key={one} value={one}>
                    {scopeWord(one)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
      </div>
      {permission && who.trim() !== '' ? (
        <Answer
          workspace={workspace}
          subject={readSubject(who.trim(), firstType)}
          permission={permission}
          scope={asked}
          roles={roles}
        />
      ) : (
        <p className="quiet">{words.ask.pick}</p>
      )}
    </>
  );
}

interface AnswerProps {
  readonly workspace: string;
  readonly subject: Subject;
  readonly permission: Permission;
  readonly scope: string | undefined;
  readonly roles: readonly Role[];
}

function Answer({ workspace, subject, permission, scope, roles }: AnswerProps) {
  const held = usePermissions(workspace, subject);
  const access = useAccess(subject);
  const sight = useSight({ place: workspace, viewer: { subject }, at: '' }, true);
  const seen = sight.data?.permissions.find((one) => one.permission === permission.permission);
  if (held.error) return <Failed what={words.ask.answer} error={held.error} onRetry={() => void held.refetch()} />;
  if (!held.data || !access.data) return <Loading what={words.ask.answer} rows={1} />;
  const found = held.data.permissions.find((one) => one.permission === permission.permission);
  const isAllowed = scope === undefined ? found?.decision === true : found?.scopes?.[scope] === true;
  const here = access.data.places.find((place) => place.workspace === workspace);
  const allowed = here?.permissions?.find((one) => one.permission === permission.permission);
  const giving = (allowed?.roles ?? []).filter((one) => scope === undefined || (one.scopes ?? [scope]).includes(scope));
  const titleOf = (id: string): string => roles.find((role) => role.role === id)?.title ?? id;
  const words2 = [
    permission.permission,
    ...(scope === undefined ? permission.scopes : [scope]).map((one) => `${permission.permission}@${one}`),
  ];
  const would = roles.filter(({ grants }) => grants.some((grant) => words2.includes(grant)));
  const { ask } = words;
  const denier = isAllowed ? undefined : seen?.deniedBy[0];
  return (
    <div className="card answer" role="status" data-answer={isAllowed ? 'yes' : 'no'}>
      <span className={`verdict ${isAllowed ? 'verdict-yes' : 'verdict-no'}`}>
        <Icon name={isAllowed ? 'check' : 'close'} />
        {isAllowed ? ask.yes : ask.no}
      </span>
      <div>
        {isAllowed && giving.length === 0 && <p>{ask.everybody}</p>}
        {isAllowed &&
          giving.map((one) => (
            <p key={`${one.role}${one.line ?? ''}`}>
              {ask.gives(titleOf(one.role))}{' '}
              {one.file !== undefined && <code>{words.member.lineOf(one.file, one.line ?? 1)}</code>}
            </p>
          ))}
        {!isAllowed && denier === undefined && <p>{held.data.roles.length === 0 ? ask.notMember : ask.nobody}</p>}
        {denier !== undefined && (
          <DenyLine workspace={workspace} role={denier} title={titleOf(denier)} permission={permission} scope={scope} />
        )}
        {!isAllowed && denier === undefined && would.length > 0 && (
          <p>
            {ask.would} <bdi>{would.map(({ title }) => title).join(', ')}</bdi>
          </p>
        )}
      </div>
    </div>
  );
}

interface DenyLineProps extends Pick<AnswerProps, 'workspace' | 'permission' | 'scope'> {
  readonly role: string;
  readonly title: string;
}

/** The role that denies it, whatever else somebody holds, and the line that says so. */
function DenyLine({ workspace, role, title, permission, scope }: DenyLineProps) {
  const { data } = useRole(workspace, role);
  const cell = data?.cells.find(
    (one) => one.permission === permission.permission && one.state === 'denied' && (scope ?? one.scope) === one.scope,
  );
  return (
    <p>
      {words.ask.denies(title)}{' '}
      {cell?.file !== undefined && <code>{words.member.lineOf(cell.file, cell.line ?? 1)}</code>}
    </p>
  );
}
