import { createHash } from 'node:crypto';
import type { SubjectId } from '../../../policy/subject.ts';
import type { GitPerson } from '../../committing/git-person.ts';

/** Who commits where nobody else is named. */
export const defaultCommitter: GitPerson = { name: 'rolebook', mail: 'rolebook@localhost' };

// `.invalid` is nobody's, RFC 2606.
const nobodysDomain = 'noreply.invalid';

/** An actor as git names the author of a commit. */
export function authorOf({ type, id }: SubjectId): GitPerson {
  const mail = plainMail.test(id) ? id : `${slugOf(type === 'user' ? id : `${type}.${id}`)}@${nobodysDomain}`;
  // Git takes these signs out, and all others from both ends.
  const name = id.replace(/[<>\p{C}\p{Zl}\p{Zp}]/gu, '').trim();
  return { name: /[\p{L}\p{N}]/u.test(name) ? name : mail, mail };
}

const plainMail = /^[A-Za-z0-9](?:[\w.%+-]*[\w%+-])?@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

// Of two ids no one address: what cannot stand in one is told by a digest.
function slugOf(text: string): string {
  const slug = text.replace(/[^A-Za-z0-9._+-]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  if (slug === text) return slug;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return slug === '' ? digest : `${slug}-${digest}`;
}
