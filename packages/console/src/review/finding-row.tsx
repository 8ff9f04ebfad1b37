import type { ReactNode } from 'react';
import { type EffectNames, Named } from '../parts/effect/named.tsx';
import { day, scopeWord } from '../words/forms/count.ts';
import { reviewWords } from '../words/review-words.ts';
import { sayFinding } from './finding-words.ts';
import type { Finding } from './review-queries.ts';

interface FindingRowProps {
  readonly finding: Finding;
  readonly names: EffectNames;
  readonly isKept: boolean;
  /** Whether the next is of another role: what holders of it did use is told once. */
  readonly isLastOfRole: boolean;
  /** Whether who is signed in may take it away, and accept it. */
  readonly may: { readonly take: boolean; readonly waive: boolean };
  /** The id of what says why it cannot be accepted. */
  readonly whyNot: string;
  readonly onKeep: (isKept: boolean) => void;
  readonly onDecide: (how: HowDecided) => void;
}

/** `end`: what is accepted is so no more. */
export type HowDecided = 'waive' | 'take' | 'end';

/** A finding with what shows it, and what can be done about it. */
export function FindingRow(props: FindingRowProps) {
  const { finding, names, isKept, isLastOfRole } = props;
  const said = sayFinding(finding, names);
  const isOpen = finding.state === 'open';
  return (
    <li className="finding" data-quiet={isKept || !isOpen || undefined}>
      <div className="finding-what">
        <b>
          <bdi>{said.what}</bdi>
        </b>
        <span>
          <bdi>{said.where}</bdi>
        </span>
      </div>
      <div className="finding-shown">
        {said.shown !== '' && <b>{said.shown}</b>}
        {said.detail !== '' && <bdi>{said.detail}</bdi>}
        {isLastOfRole && finding.used.length > 0 && <Used finding={finding} names={names} />}
      </div>
      <div className="finding-acts">
        {!isOpen && <Standing finding={finding} />}
        <Acts {...props} what={said.what} />
      </div>
      {isOpen && finding.byHand !== undefined && (
        <p className="finding-note">
          <Named text={sentence(finding.byHand)} names={names} />
        </p>
      )}
      {isKept && isOpen && <p className="finding-note">{reviewWords.kept}</p>}
    </li>
  );
}

function Used({ finding, names }: Pick<FindingRowProps, 'finding' | 'names'>) {
  return (
    <details>
      <summary>{reviewWords.instead}</summary>
      <ul>
        {finding.used.map(({ permission, count, last }) => (
          <li key={permission}>
            {names.cells.titleOf(permission, scopeWord)}: {reviewWords.use(count, day(last))}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What has become of one that there is nothing to decide of. */
function Standing({ finding: { state, why, reason, until } }: Pick<FindingRowProps, 'finding'>) {
  if (state === 'accepted') {
    return (
      <Told tag={reviewWords.accepted(day(until ?? ''))}>
        <bdi>{reason}</bdi>
      </Told>
    );
  }
  return <Told tag={reviewWords.over}>{why && reviewWords.why[why]}</Told>;
}

function Told({ tag, children }: { readonly tag: string; readonly children: ReactNode }) {
  return (
    <span className="finding-told">
      <span className="tag">{tag}</span>
      <span>{children}</span>
    </span>
  );
}

function Acts({ finding, isKept, may, whyNot, onKeep, onDecide, what }: FindingRowProps & { readonly what: string }) {
  const act = (label: string, how: HowDecided): ReactNode => {
    const cannot = how !== 'take' && !may.waive;
    return (
      <button
        className="button button-small"
        type="button"
        aria-label={`${label} ${what}`}
        aria-disabled={cannot || undefined}
        aria-describedby={cannot ? whyNot : undefined}
        onClick={() => {
          if (!cannot) onDecide(how);
        }}
      >
        {label}
      </button>
    );
  };
  const mayTake = may.take && finding.edits.length > 0;
  if (finding.state !== 'open') return finding.state === 'accepted' && mayTake && act(reviewWords.endIt, 'end');
  return (
    <>
      <button
        className="button button-small"
        type="button"
        aria-pressed={isKept}
        aria-label={`${reviewWords.keep} ${what}`}
        onClick={() => onKeep(!isKept)}
      >
        {reviewWords.keep}
      </button>
      {may.take && act(reviewWords.waive, 'waive')}
      {mayTake && act(reviewWords.takeAway, 'take')}
    </>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
