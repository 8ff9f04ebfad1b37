import { type ReactNode, Suspense, useId, useState } from 'react';
import { hasCode } from '../api/call.ts';
import { useEffectNames } from '../parts/effect/place-names.ts';
import type { EffectNames } from '../parts/effect/named.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { More } from '../parts/more.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import type { PageProps } from '../session/page-props.ts';
import { useActorSession } from '../session/session.ts';
import { day } from '../words/forms/count.ts';
import { reviewWords } from '../words/review-words.ts';
import { FindingRow, type HowDecided } from './finding-row.tsx';
import { nameFinding } from './finding-words.ts';
import { useKeptFindings } from './kept-findings.ts';
import { type Finding, type FindingKind, type Review, useReview } from './review-queries.ts';

const DecideFinding = later(async () => (await import('./decide-finding.tsx')).DecideFinding);
const WaiveFinding = later(async () => (await import('./waive-finding.tsx')).WaiveFinding);

/** What a review of past decisions found at a place: kept, accepted until a day, or taken away. */
export function ReviewPage(props: PageProps) {
  const { workspace } = props;
  const found = useReview(workspace);
  const { data, error, refetch, isPending } = found;
  const names = useEffectNames(workspace);
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
      {isOff && <Card title={reviewWords.off} hint={reviewWords.offHint} />}
      {error && !isOff && !data && <Failed what={reviewWords.title} error={error} onRetry={() => void refetch()} />}
      {(isPending || (data && !names)) && <Loading what={reviewWords.title} />}
      {first && names && <Found {...props} first={first} findings={findings} names={names} />}
      <More of={found} />
    </div>
  );
}

function Card({ title, hint }: { readonly title: string; readonly hint: string }) {
  return (
    <div className="card">
      <Empty icon="pass" title={title}>
        {hint}
      </Empty>
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
  readonly how: HowDecided;
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
      {findings.length === 0 && <Card title={reviewWords.none} hint={reviewWords.noneHint} />}
      {findings.length > 0 && <Progress done={decided} all={findings.length} />}
      {findings.length > 0 && !mayWaive && (
        <p className="quiet finding-why" id={whyNot}>
          {writes.length === 0 ? reviewWords.takesNone : reviewWords.waiveByOthers}
        </p>
      )}
      {kinds.map((kind) => (
        <Section key={kind} kind={kind}>
          {findings
            .filter((finding) => finding.kind === kind)
            .map((finding, index, all) => (
              <FindingRow
                key={finding.id}
                finding={finding}
                names={names}
                isKept={kept.has(finding.id)}
                isLastOfRole={all[index + 1]?.about.role !== finding.about.role}
                may={{ take: mayTake(finding), waive: mayWaive }}
                whyNot={whyNot}
                onKeep={(isKept) => keep(finding.id, isKept)}
                onDecide={(how) => setDeciding({ id: finding.id, how })}
              />
            ))}
        </Section>
      ))}
      <Suspense>
        {chosen && deciding && (
          <Decide finding={chosen} names={names} how={deciding.how} isReviewed={isReviewed} onClose={close} />
        )}
      </Suspense>
    </>
  );
}

function Progress({ done, all }: { readonly done: number; readonly all: number }) {
  return (
    <p className="progress" role="status">
      <progress value={done} max={all} aria-hidden="true" />
      {reviewWords.decided(done, all)}
    </p>
  );
}

interface DecideProps {
  readonly finding: Finding;
  readonly names: EffectNames;
  readonly how: HowDecided;
  readonly isReviewed: boolean;
  readonly onClose: () => void;
}

function Decide({ how, isReviewed, ...props }: DecideProps) {
  const what = nameFinding(props.finding, props.names);
  if (how === 'waive') return <WaiveFinding {...props} what={what} isReviewed={isReviewed} />;
  return <DecideFinding {...props} what={what} how={how} isReviewed={isReviewed && how === 'end'} />;
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
function Notes({ review: { isLive, isOld, refused, isSilent } }: Pick<Review, 'review'>) {
  const notes = [
    ...(refused === undefined ? [] : [reviewWords.tooShort(refused)]),
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
