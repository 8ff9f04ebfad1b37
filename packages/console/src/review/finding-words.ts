import { day, scopeWord } from '../words/forms/count.ts';
import { reviewWords } from '../words/review-words.ts';
import { shortName } from '../parts/person.tsx';
import type { EffectNames } from '../parts/effect/named.tsx';
import type { Finding } from './review-queries.ts';

/** A finding as people read it: what it is about, where that is, and what shows it. */
export interface SaidFinding {
  readonly what: string;
  readonly where: string;
  readonly shown: string;
  readonly detail: string;
}

/** A finding in a heading: `Archive tags in Team lead`. */
export function nameFinding(finding: Finding, names: EffectNames): string {
  const { what, where } = sayFinding(finding, names);
  const { permission, role } = finding.about;
  return (permission ?? finding.about.member) === undefined || role === undefined ? what : `${what} ${where}`;
}

export function sayFinding({ kind, about, evidence }: Finding, { cells, roles }: EffectNames): SaidFinding {
  const { role = '', member = '', permission = '' } = about;
  const titleOf = (id: string): string => roles.get(id) ?? id;
  const { holders = 0, names = [], other = '', since, until } = evidence;
  const short = names.map((name) => shortName(name));
  const held = short.length > 0 ? reviewWords.held(short, holders) : '';
  const words = reviewWords;
  switch (kind) {
    case 'unused-permission':
    case 'rarely-used':
      return {
        what: cells.titleOf(permission, scopeWord),
        where: words.inRole(titleOf(role)),
        shown: words.never,
        detail: held,
      };
    case 'idle-role':
      return { what: titleOf(role), where: '', shown: words.never, detail: held };
    case 'unused-role':
      return { what: titleOf(role), where: '', shown: words.nobodyHolds, detail: '' };
    case 'same-role':
    case 'mergeable-role':
      return { what: titleOf(role), where: words.like(titleOf(other)), shown: '', detail: '' };
    case 'unseen-member':
      return {
        what: shortName(member),
        where: member,
        shown: words.notSeen,
        detail: since === undefined ? '' : words.since(day(since)),
      };
    case 'expired-membership':
    case 'ending-membership': {
      const end = until === undefined ? '' : day(until, 'last');
      const shown = kind === 'expired-membership' ? words.ended(end) : words.ends(end);
      return { what: shortName(member), where: words.asRole(titleOf(role)), shown, detail: member };
    }
  }
}
