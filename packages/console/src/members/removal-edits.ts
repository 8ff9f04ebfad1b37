import type { Edit } from '../api/edits.ts';
import { atPlace, companyPlace, isGivenAt } from '../api/place.ts';
import { writtenSubject } from '../api/subjects.ts';
import type { AccessPlace, Subject } from '../api/types.ts';
import { groupWith } from '../groups/group-edits.ts';

/** All that is taken away from somebody where nothing is left to them. */
export interface Removal {
  readonly places: number;
  readonly groups: number;
  /** Whether some of it was given while the product runs, by groups that no edit of files reaches. */
  readonly isAtRunTime: boolean;
  readonly build: (signal: AbortSignal) => Promise<readonly Edit[]>;
}

/** What takes everything away that somebody has at these places: at each of them, and out of each group. */
export function removalOf(subject: Subject, places: readonly AccessPlace[], firstType: string): Removal {
  const written = writtenSubject(subject, firstType);
  const placed = places
    .map(({ workspace, organization, roles }) => ({ place: workspace ?? companyPlace(organization ?? ''), roles }))
    .filter(({ place, roles }) => roles.some((one) => one.group === undefined && isGivenAt(one, place)));
  const groups = places.flatMap(({ organization = '', groups: all = [] }) =>
    all.map((one) => ({ place: companyPlace(organization), ...one })),
  );
  return {
    places: placed.length,
    groups: groups.length,
    isAtRunTime: groups.some(({ source }) => source === 'database'),
    build: async (signal) => {
      const edits: Edit[] = placed.map(({ place }) => ({ edit: 'member.remove', ...atPlace(place), subject: written }));
      for (const { place, group, source } of groups) {
        if (source === 'git')
          edits.push(...(await groupWith({ place, group, firstType }, { removed: [written] }, signal)));
      }
      return edits;
    },
  };
}
