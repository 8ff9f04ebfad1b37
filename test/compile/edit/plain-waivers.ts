import { isDeepStrictEqual } from 'node:util';
import type { AddWaiver, EndWaiver } from '../../../src/compile/edit/policy-edit.ts';
import { listOf, type PlainFile, type PlainPolicy } from './plain-policy.ts';

/** Accepts a finding in plain data, or says of one that is accepted why, and until when. */
export function addPlainWaiver(policy: PlainPolicy, edit: AddWaiver): void {
  const catalog = policy['roles.yaml'] ?? {};
  const { check, about, reason, until } = edit;
  const waivers = waiversOf(policy);
  const same = waivers.findIndex((waiver) => isWaiverOf(waiver, edit));
  if (same < 0) waivers.push({ check, ...about, reason, until });
  else waivers[same] = { ...waivers[same], reason, until };
  catalog['waive'] = waivers;
}

export function endPlainWaiver(policy: PlainPolicy, edit: EndWaiver): void {
  const catalog = policy['roles.yaml'] ?? {};
  const left = waiversOf(policy).filter((waiver) => !isWaiverOf(waiver, edit));
  if (left.length > 0) catalog['waive'] = left;
  else Reflect.deleteProperty(catalog, 'waive');
}

/** Has waivers that are about something say what it is called now; `places`: only those about one of these files. */
export function renameInWaivers(
  policy: PlainPolicy,
  word: 'workspace' | 'role',
  { from, to }: { readonly from: string; readonly to: string },
  places?: readonly PlainFile[],
): void {
  const isAbout = (waiver: PlainFile): boolean =>
    places === undefined ||
    places.some((file) =>
      ['workspace', 'organization'].some((kind) => file[kind] !== undefined && file[kind] === waiver[kind]),
    );
  for (const waiver of waiversOf(policy)) if (waiver[word] === from && isAbout(waiver)) waiver[word] = to;
}

function waiversOf(policy: PlainPolicy): PlainFile[] {
  return listOf(policy['roles.yaml']?.['waive']) as PlainFile[];
}

function isWaiverOf(waiver: PlainFile, { check, about }: Pick<AddWaiver, 'check' | 'about'>): boolean {
  const { reason, until } = waiver;
  return isDeepStrictEqual(waiver, { check, ...about, reason, until });
}
