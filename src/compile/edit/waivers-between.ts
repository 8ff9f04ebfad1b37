import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../policy/text/json.ts';
import type { AddWaiver, EndWaiver } from './policy-edit.ts';
import { mappingsIn } from './renamed-words.ts';

/** The edits by which `roles.yaml` accepts what it does in the end; undefined: something else of it is another, too. */
export function waiversBetween(old: JsonObject, fresh: JsonObject): readonly (AddWaiver | EndWaiver)[] | undefined {
  const [{ waive: was = [], ...rest }, { waive: is = [], ...freshRest }] = [old, fresh];
  if (!isDeepStrictEqual(rest, freshRest)) return undefined;
  const [before, after] = [was, is].map((list) => mappingsIn([], list).map(([, waiver]) => waiver));
  const isNew = (waiver: JsonObject): boolean => before?.some((one) => isDeepStrictEqual(one, waiver)) === false;
  const isGone = (waiver: JsonObject): boolean => after?.some((one) => isSameFinding(one, waiver)) === false;
  return [
    ...(before ?? []).filter(isGone).map((waiver): EndWaiver => {
      const { check, about } = asEdit(waiver);
      return { edit: 'waiver.end', check, about };
    }),
    ...(after ?? []).filter(isNew).map(asEdit),
  ];
}

function isSameFinding(one: JsonObject, other: JsonObject): boolean {
  const rest = { reason: '', until: '' };
  return isDeepStrictEqual({ ...one, ...rest }, { ...other, ...rest });
}

function asEdit({ check, reason, until, ...about }: JsonObject): AddWaiver {
  return { edit: 'waiver.add', check, about, reason, until } as unknown as AddWaiver;
}
