import type { Subject } from '../api/types.ts';
import { Icon } from './icon.tsx';

/** What a person is called: their name, else their id. */
export function nameOf({ id }: Subject, name?: string): string {
  return name ?? id;
}

/** The first part of an address, as people say it: `ana` of `ana@acme.example`. */
export function shortName(id: string, name?: string): string {
  if (name !== undefined) return name;
  const bare = id.slice(id.indexOf(':') + 1);
  const at = bare.indexOf('@');
  const first = at > 0 ? bare.slice(0, at) : bare;
  return first.charAt(0).toUpperCase() + first.slice(1);
}

const hues = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

function hueOf(id: string): string {
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hues[((hash >>> 15) ^ (hash >>> 4)) % hues.length] ?? 'a';
}

interface AvatarProps {
  readonly subject: Subject;
  readonly name?: string | undefined;
  readonly size?: 'large';
}

/** Round with a letter for people, square for machines and groups. */
export function Avatar({ subject, name, size }: AvatarProps) {
  const isPerson = subject.type !== 'service' && subject.type !== 'group';
  const letter = Array.from(nameOf(subject, name))[0]?.toUpperCase() ?? '?';
  const look = isPerson ? `avatar hue-${hueOf(subject.id)}` : 'avatar avatar-square';
  return (
    <span className={size ? `${look} avatar-${size}` : look} aria-hidden="true">
      {isPerson ? letter : <Icon name={subject.type === 'group' ? 'group' : 'service'} size="small" />}
    </span>
  );
}

interface PersonProps {
  readonly subject: Subject;
  readonly name?: string | undefined;
  readonly hasAvatar?: boolean;
  /** Whether it is said what it is, where it is no person. */
  readonly hasType?: boolean;
}

/** Somebody, by name or by the id, whose first part is strong. */
export function Person({ subject, name, hasAvatar = true, hasType = true }: PersonProps) {
  const { id, type } = subject;
  const at = id.indexOf('@');
  const [first, rest] = name === undefined && at > 0 ? [id.slice(0, at), id.slice(at)] : [name ?? id, ''];
  return (
    <span className="person">
      {hasAvatar && <Avatar subject={subject} name={name} />}
      <span className="person-name">
        <bdi>
          <b>{first}</b>
          {rest}
        </bdi>
        {name !== undefined && <bdi className="quiet"> {id}</bdi>}
        {hasType && type !== 'user' && <span className="quiet"> {type}</span>}
      </span>
    </span>
  );
}

/** The first few of some people. Who they are stands beside it in words. */
export function Avatars({ subjects }: { readonly subjects: readonly Subject[] }) {
  return (
    <span className="avatars">
      {subjects.slice(0, 3).map((subject) => (
        <Avatar key={`${subject.type}:${subject.id}`} subject={subject} />
      ))}
    </span>
  );
}
