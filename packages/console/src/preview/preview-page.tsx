import { Suspense, useMemo, useState } from 'react';
import { useCatalog, useRoles } from '../api/queries.ts';
import type { Catalog, Role } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { useQueryParameter } from '../route/query-parameter.ts';
import { useActorSession } from '../session/session.ts';
import { Field, Segmented } from '../parts/fields.tsx';
import { later } from '../parts/arrival/later.ts';
import { Failed, Loading } from '../parts/states.tsx';
import { WhoField } from '../parts/who-field.tsx';
import { Cells } from '../api/cells.ts';
import { readSubject } from '../api/subjects.ts';
import { listed } from '../words/forms/count.ts';
import { previewWords as words } from '../words/preview-words.ts';
import { keptEdits } from './kept-edits.ts';
import { type AskedSight, useDraftSight, useSight } from './use-sight.ts';

const SightList = later(async () => (await import('./sight-list.tsx')).SightList);

/** What somebody would see: a person or a set of roles, now or on a day, also by what is not saved yet. */
export function PreviewPage({ workspace }: PageProps) {
  const catalog = useCatalog();
  const roles = useRoles(workspace);
  const error = catalog.error ?? roles.error;
  const retry = (): void => {
    void catalog.refetch();
    void roles.refetch();
  };
  return (
    <div className="page">
      <PageHead workspace={workspace} crumbs={[{ label: words.title }]} title={words.title} hint={words.hint} />
      {catalog.data && roles.data ? (
        <Preview workspace={workspace} catalog={catalog.data} roles={roles.data} />
      ) : error ? (
        <Failed what={words.title} error={error} onRetry={retry} />
      ) : (
        <Loading what={words.title} rows={3} />
      )}
    </div>
  );
}

interface PreviewProps {
  readonly workspace: string;
  readonly catalog: Catalog;
  readonly roles: readonly Role[];
}

function Preview({ workspace, catalog, roles }: PreviewProps) {
  const [who, setWho] = useQueryParameter('subject');
  const [chosen, setChosen] = useQueryParameter('roles');
  const [at, setAt] = useQueryParameter('at');
  const [kind, setKind] = useState<'person' | 'roles'>(chosen !== '' && who === '' ? 'roles' : 'person');
  const firstType = catalog.subjectTypes[0] ?? 'user';
  const ids = chosen.split(',').filter((id) => roles.some((role) => role.role === id));
  const isAsked = kind === 'person' ? who.trim() !== '' : ids.length > 0;
  const asked: AskedSight = {
    place: workspace,
    viewer: kind === 'person' ? { subject: readSubject(who.trim(), firstType) } : { roles: ids },
    at,
  };
  const toggle = (id: string): void => {
    const next = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
    setChosen(next.join(','));
  };
  return (
    <>
      <div className="tools">
        <Segmented
          label={words.through}
          value={kind}
          onChange={setKind}
          choices={[
            { value: 'person', label: words.person },
            { value: 'roles', label: words.roles },
          ]}
        />
      </div>
      <div className="card ask">
        {kind === 'person' && (
          <WhoField label={words.who} place={workspace} who={who} firstType={firstType} onChange={setWho} />
        )}
        <Field label={words.on} hint={words.onHint}>
          {({ id, describedBy }) => (
            <input
              className="input"
              id={id}
              type="date"
              aria-describedby={describedBy}
              value={at}
              onChange={({ target }) => setAt(target.value)}
            />
          )}
        </Field>
      </div>
      {kind === 'roles' && (
        <fieldset className="compare">
          <legend className="aloud">{words.roles}</legend>
          {roles.map((role) => (
            <label className="chip" key={role.role}>
              <input
                className="check"
                type="checkbox"
                checked={ids.includes(role.role)}
                onChange={() => toggle(role.role)}
              />
              <bdi>{role.title}</bdi>
            </label>
          ))}
        </fieldset>
      )}
      {isAsked ? <Looked asked={asked} catalog={catalog} roles={roles} /> : <p className="quiet">{words.pick}</p>}
    </>
  );
}

interface LookedProps extends Omit<PreviewProps, 'workspace'> {
  readonly asked: AskedSight;
}

function Looked({ asked, catalog, roles }: LookedProps) {
  const { actor, takesChanges } = useActorSession();
  const [isWithDraft, setWithDraft] = useState(true);
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const titles = useMemo(() => new Map(roles.map((role) => [role.role, role.title])), [roles]);
  // What the browser keeps changes on another page.
  const [kept] = useState(() => keptEdits(actor, asked.place, roles));
  const hasDraft = kept.edits.length > 0 && takesChanges;
  const now = useSight({ ...asked, at: '' }, true);
  const saved = useSight(asked, true);
  const draft = useDraftSight(asked, hasDraft && isWithDraft ? kept.edits : [], actor);
  const isShown = hasDraft && isWithDraft && draft.data?.sight !== undefined;
  const sight = isShown ? draft.data?.sight : saved.data;
  const error = saved.error ?? now.error ?? (isWithDraft ? draft.error : null);
  const retry = (): void => {
    for (const query of [now, saved, draft]) void query.refetch();
  };
  if (error && !sight) return <Failed what={words.what} error={error} onRetry={retry} />;
  const isChecking = saved.isPlaceholderData || draft.isFetching;
  return (
    <>
      {hasDraft && (
        <label className="check-line">
          <input className="check" type="checkbox" checked={isWithDraft} onChange={() => setWithDraft(!isWithDraft)} />
          <bdi>{words.draft(listed(kept.titles))}</bdi>
        </label>
      )}
      {isWithDraft && draft.data?.isRefused === true && (
        <p className="hint" role="status">
          {isShown ? words.draftRefused : words.draftUnknown}
        </p>
      )}
      {!sight || !now.data || (hasDraft && isWithDraft && draft.isPending) ? (
        <Loading what={words.what} />
      ) : sight.permissions.length === 0 ? (
        <p className="quiet">{words.noPermissions}</p>
      ) : (
        <Suspense fallback={<Loading what={words.what} />}>
          <SightList sight={sight} now={now.data} cells={cells} titles={titles} isChecking={isChecking} />
        </Suspense>
      )}
    </>
  );
}
