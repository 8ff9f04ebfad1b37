/** A tag as `If-Match` and `If-None-Match` list it (RFC 9110, section 8.8.3). */
export interface EntityTag {
  readonly tag: string;
  readonly isWeak: boolean;
}

const tagPattern = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)|[ \t]*(?:,|$)/y;

/** The tags that such a header lists; `any` for `*`; undefined when it is not written as one. */
export function parseEntityTags(text: string): readonly EntityTag[] | 'any' | undefined {
  if (text.trim() === '*') return 'any';
  const tags: EntityTag[] = [];
  tagPattern.lastIndex = 0;
  while (tagPattern.lastIndex < text.length) {
    const found = tagPattern.exec(text);
    if (found === null) return undefined;
    const [, weak, tag] = found;
    if (tag !== undefined) tags.push({ tag, isWeak: weak !== undefined });
  }
  return tags.length === 0 ? undefined : tags;
}
