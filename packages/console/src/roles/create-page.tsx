import { Suspense, type SyntheticEvent, useMemo, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { usePreview } from '../api/preview.ts';
import { useCatalog, usePlan, useRoles } from '../api/queries.ts';
import type { Edit } from '../api/edits.ts';
import { atPlace } from '../api/place.ts';
import type { Catalog, ChangeMode, Role } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { useDeed } from '../session/deed.ts';
import { Field } from '../parts/fields.tsx';
import { later } from '../parts/arrival/later.ts';
import { readinessOf, usePress } from '../parts/press.ts';
import { PressButton } from '../parts/press-button.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { words } from '../words/words.ts';
import { useWriting } from '../session/writing.tsx';
import { Cells } from '../api/cells.ts';
import { idOf, isRoleId } from './role-id.ts';
import { StartFrom, type Way } from './start-from.tsx';

const PlanBanner = later(async () => (await import('../parts/plan-banner.tsx')).PlanBanner);
const Effect = later(async () => (await import('../parts/effect/effect.tsx')).Effect);

/** Makes a role: from nothing, as a copy, or as one that follows another. */
export function CreatePage(props: PageProps) {
  const roles = useRoles(props.workspace);
  const catalog = useCatalog();
  if (roles.data && catalog.data) return <CreateForm {...props} roles={roles.data} catalog={catalog.data} />;
  const error = roles.error ?? catalog.error;
  return (
    <div className="page">
      {error ? (
        <Failed what={words.create.title} error={error} onRetry={() => void roles.refetch()} />
      ) : (
        <Loading what={words.create.title} />
      )}
    </div>
  );
}

interface CreateFormProps extends PageProps {
  readonly roles: readonly Role[];
  readonly catalog: Catalog;
}

interface Wanted {
  readonly way: Way;
  readonly from: string;
  readonly title: string;
  /** Undefined: made from the name. */
  readonly id: string | undefined;
  readonly description: string;
}

function CreateForm({ workspace, title, roles, catalog }: CreateFormProps) {
  const asked = new URLSearchParams(useSearch()).get('from');
  const [wanted, setWanted] = useState<Wanted>(() => ({
    way: 'follow',
    from: asked ?? catalog.defaultRole ?? roles[0]?.role ?? '',
    title: '',
    id: undefined,
    description: '',
  }));
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const { actor } = useActorSession();
  const plan = usePlan(workspace).data;
  const edit = editOf(workspace, wanted);
  const writing = useWriting();
  const preview = usePreview(actor, edit ? [edit] : [], `${wanted.way} ${wanted.from}`, writing.write);
  const { create, isDoing } = useCreation(workspace, wanted, edit, writing.write);
  const set = (change: Partial<Wanted>): void => setWanted((before) => ({ ...before, ...change }));
  const readiness = readinessOf(preview, edit !== undefined && !isDoing);
  const { press, isWaiting } = usePress(JSON.stringify([edit, writing.write]), readiness, create);
  return (
    <>
      <div className="page page-with-bar">
        <PageHead
          workspace={workspace}
          crumbs={[{ label: words.create.title }]}
          title={words.create.title}
          hint={words.create.hint(title)}
        />
        <Suspense>{plan?.customRoles === false && <PlanBanner place={workspace} title={title} />}</Suspense>
        <div className="role-grid">
          <form className="form" id="create" onSubmit={submitting(press)}>
            <StartFrom
              way={wanted.way}
              from={wanted.from}
              roles={roles}
              cells={cells}
              defaultRole={catalog.defaultRole}
              onWay={(way) => set({ way })}
              onFrom={(from) => set({ from })}
            />
            <Naming wanted={wanted} onChange={set} />
          </form>
          <CreateEffect {...{ wanted, roles, catalog, cells, workspace, preview }} />
        </div>
      </div>
      <div className="save-bar">
        <p className="save-what quiet">{words.create.next}</p>
        <div className="acts">
          {writing.choice}
          <Link className="button button-quiet" href={toWorkspace(workspace, 'roles')}>
            {words.common.cancel}
          </Link>
          <PressButton
            form="create"
            readiness={readiness}
            isWaiting={isWaiting}
            label={writing.label(words.create.submit)}
            doing={isDoing ? words.create.creating : undefined}
          />
        </div>
      </div>
    </>
  );
}

function submitting(press: () => void): (event: SyntheticEvent) => void {
  return (event) => {
    event.preventDefault();
    press();
  };
}

function idFor({ id, title }: Wanted): string {
  return id ?? idOf(title);
}

function editOf(workspace: string, wanted: Wanted): Edit | undefined {
  const role = idFor(wanted);
  const title = wanted.title.trim();
  const description = wanted.description.trim();
  if (title === '' || !isRoleId(role)) return undefined;
  const named = { ...atPlace(workspace), role, title, ...(description !== '' && { description }) };
  if (wanted.way === 'nothing') return { edit: 'role.create', ...named };
  return { edit: 'role.duplicate', ...named, from: wanted.from, as: wanted.way === 'follow' ? 'extension' : 'copy' };
}

function Naming({
  wanted,
  onChange,
}: {
  readonly wanted: Wanted;
  readonly onChange: (change: Partial<Wanted>) => void;
}) {
  const id = idFor(wanted);
  const isBadId = wanted.title !== '' && !isRoleId(id);
  return (
    <>
      <div className="pair">
        <Field label={words.create.name} hint={words.create.nameHint}>
          {(ids) => (
            <input
              className="input"
              id={ids.id}
              aria-describedby={ids.describedBy}
              required
              maxLength={120}
              autoComplete="off"
              value={wanted.title}
              onChange={({ target }) => onChange({ title: target.value })}
            />
          )}
        </Field>
        <Field label={words.create.id} hint={words.create.idHint} error={isBadId ? words.create.badId : undefined}>
          {(ids) => (
            <input
              className="input mono"
              id={ids.id}
              aria-describedby={ids.describedBy}
              aria-invalid={isBadId || undefined}
              maxLength={60}
              autoComplete="off"
              spellCheck={false}
              value={id}
              onChange={({ target }) => onChange({ id: target.value === '' ? undefined : target.value })}
            />
          )}
        </Field>
      </div>
      <Field label={words.create.description} optionalWord={words.common.optional}>
        {(ids) => (
          <input
            className="input"
            id={ids.id}
            maxLength={500}
            value={wanted.description}
            onChange={({ target }) => onChange({ description: target.value })}
          />
        )}
      </Field>
    </>
  );
}

interface CreateEffectProps {
  readonly wanted: Wanted;
  readonly roles: readonly Role[];
  readonly catalog: Catalog;
  readonly cells: Cells;
  readonly workspace: string;
  readonly preview: ReturnType<typeof usePreview>;
}

function CreateEffect({ wanted, roles, catalog, cells, workspace, preview }: CreateEffectProps) {
  const base = wanted.way === 'nothing' ? undefined : roles.find((role) => role.role === wanted.from);
  const given = cells.spell(base?.grants ?? []);
  const begins = catalog.categories
    .map(({ category, permissions }) => ({
      category,
      titles: permissions.filter((one) => cells.decided(one).some((cell) => given.has(cell))).map(({ title }) => title),
    }))
    .filter(({ titles }) => titles.length > 0);
  const name = wanted.title.trim();
  const names = { cells, workspace, roles: new Map(roles.map((role) => [role.role, role.title])) };
  const { refusal, judgement } = preview;
  return (
    <aside className="card effect" aria-label={words.effect.label} data-checking={preview.isChecking || undefined}>
      <header>
        <div role="status">
          <h2>{refusal ? words.create.cannot : words.create.effectTitle}</h2>
        </div>
        <p>
          {name === ''
            ? words.create.effectNone
            : words.create.effectHint(name, begins.flatMap(({ titles }) => titles).length)}
        </p>
      </header>
      {base && (
        <section>
          <dl className="begins">
            {begins.map(({ category, titles }) => (
              <div key={category}>
                <dt>{category}</dt>
                <dd>{titles.join(', ')}</dd>
              </div>
            ))}
          </dl>
          {wanted.way === 'follow' && name !== '' && <p>{words.create.followLater(base.title, name)}</p>}
        </section>
      )}
      <Suspense>{name !== '' && <Effect judgement={judgement} refusal={refusal} {...names} />}</Suspense>
    </aside>
  );
}

function useCreation(workspace: string, wanted: Wanted, edit: Edit | undefined, write: ChangeMode | undefined) {
  const [, navigate] = useLocation();
  const { run, make, isDoing } = useDeed();
  const create = (): void => {
    const done = words.create.made(wanted.title.trim());
    // What was proposed is not there yet.
    const after = (isLive: boolean): void =>
      navigate(toWorkspace(workspace, 'roles', ...(isLive ? [idFor(wanted)] : [])));
    if (edit) run(make({ edits: [edit], write, done, after }));
  };
  return { create, isDoing };
}
