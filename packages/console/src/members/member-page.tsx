import { Suspense, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { companyOf, companyPlace, isAt } from '../api/place.ts';
import { useAccess, useCatalog, usePermissions, useRoles } from '../api/queries.ts';
import type { AccessPlace, Catalog, Permissions, Role, Subject, SubjectAccess } from '../api/types.ts';
import { PageHead } from '../parts/page-head.tsx';
import type { PageProps } from '../session/page-props.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { Avatar, shortName } from '../parts/person.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { Cells } from '../api/cells.ts';
import { companyWords } from '../words/company-words.ts';
import { words } from '../words/words.ts';
import { Everything } from './everything.tsx';
import { HeldRoles } from './held-roles.tsx';
import { RoleTags } from '../parts/role-tags.tsx';

const GiveForm = later(async () => (await import('./give-form.tsx')).GiveForm);
const TimelineList = later(async () => (await import('./timeline-list.tsx')).TimelineList);
const RemoveEverywhere = later(async () => (await import('./remove-everywhere.tsx')).RemoveEverywhere);

interface MemberPageProps extends PageProps {
  readonly subject: Subject;
}

/** One person: the roles they hold, everything they can do here and why, and what they have elsewhere. */
export function MemberPage(props: MemberPageProps) {
  const { workspace, subject } = props;
  const access = useAccess(subject);
  const held = usePermissions(workspace, subject);
  const catalog = useCatalog();
  const roles = useRoles(workspace);
  if (access.data && held.data && catalog.data && roles.data) {
    return <FoundMember {...props} access={access.data} held={held.data} catalog={catalog.data} roles={roles.data} />;
  }
  const error = access.error ?? held.error ?? catalog.error ?? roles.error;
  const retry = (): void => {
    for (const query of [access, held, catalog, roles]) void query.refetch();
  };
  return (
    <div className="page">
      {error ? <Failed what={subject.id} error={error} onRetry={retry} /> : <Loading what={subject.id} rows={8} />}
    </div>
  );
}

interface FoundMemberProps extends MemberPageProps {
  readonly access: SubjectAccess;
  readonly held: Permissions;
  readonly catalog: Catalog;
  readonly roles: readonly Role[];
}

function FoundMember(props: FoundMemberProps) {
  const { workspace, subject, rights, access, held, catalog, roles } = props;
  const [isGiving, setGiving] = useState(false);
  const { actor, takesChanges } = useActorSession();
  const here = access.places.find((place) => isAt(place, workspace));
  const elsewhere = access.places.filter((place) => place !== here);
  const isCompany = companyOf(workspace) !== undefined;
  const titles = useMemo(() => new Map(roles.map((role) => [role.role, role.title])), [roles]);
  const cells = useMemo(() => new Cells(catalog), [catalog]);
  const isSelf = actor.id === subject.id && actor.type === subject.type;
  const mayGive = rights.mayChangeMembers && takesChanges;
  const name = shortName(subject.id);
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={
          isSelf && !rights.maySeeAll
            ? [{ label: words.nav.own }]
            : [{ label: words.members.title, href: toWorkspace(workspace, 'members') }, { label: name }]
        }
        title={
          <>
            <Avatar subject={subject} size="large" /> <bdi>{name}</bdi>
          </>
        }
        hint={<bdi>{subject.id}</bdi>}
        acts={
          <MemberActs
            {...props}
            name={name}
            isGiving={isGiving}
            onGive={mayGive ? () => setGiving(!isGiving) : undefined}
          />
        }
      />
      {isGiving && (
        <Suspense>
          <GiveForm
            workspace={workspace}
            roles={roles}
            catalog={catalog}
            subject={subject}
            onDone={() => setGiving(false)}
          />
        </Suspense>
      )}
      <HeldRoles {...props} isSelf={isSelf} here={here} mayTake={takesChanges && (rights.mayChangeMembers || isSelf)} />
      {held.permissions.length > 0 && (
        <Everything cells={cells} name={name} held={held} here={here} titles={titles} roles={roles} />
      )}
      <Suspense>
        <TimelineList workspace={workspace} subject={subject} here={here} catalog={catalog} titles={titles} />
      </Suspense>
      {elsewhere.length > 0 && <Elsewhere places={elsewhere} subject={subject} isCompany={isCompany} />}
      {mayGive && !isSelf && access.places.length > 0 && (
        <Suspense>
          <RemoveEverywhere subject={subject} places={access.places} catalog={catalog} titles={titles} name={name} />
        </Suspense>
      )}
    </div>
  );
}

interface MemberActsProps extends Pick<MemberPageProps, 'workspace' | 'subject' | 'rights'> {
  readonly name: string;
  readonly isGiving: boolean;
  /** Undefined: who is signed in may not. */
  readonly onGive: (() => void) | undefined;
}

function MemberActs({ workspace, subject, rights, name, isGiving, onGive }: MemberActsProps) {
  const viewer = encodeURIComponent(`${subject.type}:${subject.id}`);
  return (
    <>
      {rights.maySeeAll && (
        <Link className="button" href={`${toWorkspace(workspace, 'preview')}?subject=${viewer}`}>
          <Icon name="eye" />
          {words.nav.preview}
        </Link>
      )}
      {onGive && (
        <button className="button button-primary" type="button" aria-expanded={isGiving} onClick={onGive}>
          <Icon name="plus" />
          {words.member.give(name)}
        </button>
      )}
    </>
  );
}

interface ElsewhereProps {
  readonly places: readonly AccessPlace[];
  readonly subject: Subject;
  readonly isCompany: boolean;
}

function Elsewhere({ places, subject, isCompany }: ElsewhereProps) {
  return (
    <section className="block">
      <h2>{isCompany ? companyWords.person.workspaces : words.member.places}</h2>
      <ul className="card choices">
        {places.map((place) => (
          <li key={place.workspace ?? place.organization}>
            <Link href={toWorkspace(placeOf(place), 'members', subject.type, subject.id)}>
              <b>
                <bdi>{place.title ?? place.workspace ?? place.organization}</bdi>
              </b>
              <RoleTags roles={place.roles} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function placeOf({ workspace, organization }: AccessPlace): string {
  return workspace ?? companyPlace(organization ?? '');
}
