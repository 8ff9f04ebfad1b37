import { type ReactNode, Suspense, useId, useMemo, useState } from 'react';
import { Cells } from '../api/cells.ts';
import { hasCode } from '../api/call.ts';
import { useCatalog, useRoles } from '../api/queries.ts';
import type { EffectNames } from '../parts/effect/named.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/later.ts';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import type { PageProps } from '../session/page-props.ts';
import { useActorSession } from '../session/session.ts';
import { day } from '../words/forms/count.ts';
import { reviewWords } from '../words/review-words.ts';
import { words } from '../words/words.ts';
import { FindingRow } from './finding-row.tsx';
import { sayFinding } from './finding-words.ts';
import { useKeptFindings } from './kept-findings.ts';
import { type Finding, type FindingKind, type Review, useReview } from './review-queries.ts';

const TakeFinding = later(async () => (await import('./take-finding.tsx')).TakeFinding);
const WaiveFinding = later(async () => (await import('./waive-finding.tsx')).WaiveFinding);

/** What a review of past decisions found at a place: kept, accepted until a day, or taken away. */
export function ReviewPage(props: PageProps) {
  const { workspace } = props;
  const { data, error, refetch, isPending, hasNextPage, fetchNextPage } = useReview(workspace);
  const catalog = useCatalog();
  const roles = useRoles(workspace);
  const names = useMemo(
    (): EffectNames | undefined =>
      catalog.data && {
        cells: new Cells(catalog.data),
        workspace,
        roles: new Map((roles.data ?? []).map((role) => [role.role, role.title])),
      },
    [catalog.data, roles.data, workspace],
  );
  const first = data?.pages[0];
  const findings = data?.pages.flatMap((page) => page.findings) ?? [];
  const isOff = hasCode(error, 'review-off');
  return (
    <div className="page">
      <PageHead
        workspace={workspace}
        crumbs={[{ label: reviewWords.title }]}
        title={reviewWords.title}
        hint={reviewWords.hint}
        facts={first && <Facts review={first.review} />}
      />
      {isOff && (
        <Empty icon="check" title={reviewWords.off}>
          {reviewWords.offHint}
        </Empty>
      )}
      {error && !isOff && !data && <Failed what={reviewWords.title} error={error} onRetry={() => void refetch()} />}
      {(isPending || (data && (!names || roles.isPending))) && <Loading what={reviewWords.title} />}
      {first && names && !roles.isPending && <Found {...props} first={first} findings={findings} names={names} />}
      {hasNextPage && (
        <p className="more">
          <button className="button" type="button" onClick={() => void fetchNextPage()}>
            {words.common.more}
          </button>
        </p>
      )}
    </div>
  );
}

function Facts({ review: { from, to, days, daysOld } }: Pick<Review, 'review'>) {
  if (from === undefined || to === undefined) return null;
  return (
    <span>
      <Icon name="clock" size="small" />
      {reviewWords.log(day(from), day(to), days, daysOld)}
    </span>
  );
}

interface FoundProps extends PageProps {
  readonly first: Review;
  readonly findings: readonly Finding[];
  readonly names: EffectNames;
}

interface Deciding {
  readonly id: string;
  readonly how: 'take' | 'waive';
}

function Found({ workspace, rights, first, findings, names }: FoundProps) {
  const { actor, writes } = useActorSession();
  const { kept, keep } = useKeptFindings(actor, workspace, first.review.to);
  const [deciding, setDeciding] = useState<Deciding>();
  const whyNot = useId();
  const isReviewed = first.waiving === 'in-review';
  const mayWaive = isReviewed ? writes.includes('propose') : writes.length > 0;
  const mayTake = ({ about }: Finding): boolean =>
    writes.length > 0 && (about.member === undefined ? rights.mayChangeRoles : rights.mayChangeMembers);
  const decided = findings.filter(({ id, state }) => state !== 'open' || kept.has(id)).length;
  const chosen = findings.find(({ id }) => id === deciding?.id);
  const close = (): void => setDeciding(undefined);
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return (
    <>
      <Notes review={first.review} />
      {findings.length === 0 && (
        <Empty icon="pass" title={reviewWords.none}>
          {reviewWords.noneHint}
        </Empty>
      )}
      {findings.length > 0 && (
        <p className="progress" role="status">
          <progress value={decided} max={findings.length} aria-hidden="true" />
          {reviewWords.decided(decided, findings.length)}
        </p>
      )}
      {findings.length > 0 && !mayWaive && (
        <p className="quiet finding-why" id={whyNot}>
          {writes.length === 0 ? reviewWords.takesNone : reviewWords.waiveByOthers}
        </p>
      )}
      {kinds.map((kind) => (
        <Section key={kind} kind={kind}>
          {findings
            .filter((finding) => finding.kind === kind)
            .map((finding) => (
              <FindingRow
                key={finding.id}
                finding={finding}
                names={names}
                isKept={kept.has(finding.id)}
                may={{ take: mayTake(finding), waive: mayWaive }}
                whyNot={whyNot}
                onKeep={(isKept) => keep(finding.id, isKept)}
                onWaive={() => setDeciding({ id: finding.id, how: 'waive' })}
                onTake={() => setDeciding({ id: finding.id, how: 'take' })}
              />
            ))}
        </Section>
      ))}
      <Suspense>
        {chosen && deciding?.how === 'take' && (
          <TakeFinding finding={chosen} what={sayFinding(chosen, names).what} names={names} onClose={close} />
        )}
        {chosen && deciding?.how === 'waive' && (
          <WaiveFinding
            finding={chosen}
            what={sayFinding(chosen, names).what}
            isReviewed={isReviewed}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}

function Section({ kind, children }: { readonly kind: FindingKind; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className="card findings" aria-labelledby={id}>
      <header>
        <h2 id={id}>{reviewWords.sections[kind]}</h2>
      </header>
      <ul>{children}</ul>
    </section>
  );
}

/** What is to be known of the evidence before anything is done by it. */
function Notes({ review: { isLive, isOld, isJudged, isSilent } }: Pick<Review, 'review'>) {
  const notes = [
    ...(isJudged ? [] : [reviewWords.tooShort]),
    ...(isSilent ? [reviewWords.silent] : []),
    ...(isOld ? [reviewWords.old] : []),
    ...(isLive ? [] : [reviewWords.otherPolicy]),
  ];
  if (notes.length === 0) return null;
  return (
    <div className="banner">
      <Icon name="clock" />
      <div>
        {notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
    </div>
  );
}
