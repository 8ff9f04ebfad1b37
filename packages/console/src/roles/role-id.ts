/** An id for a role of this name: letters and digits of ASCII, joined by dashes. Empty where the name has none of them. */
export function idOf(title: string): string {
  const plain = title.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = plain.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const id = words.join('-').replace(/^[0-9-]+/, '');
  return id.slice(0, 60).replace(/-+$/, '');
}

/** Whether a role may have this id. */
export function isRoleId(id: string): boolean {
  return /^[A-Za-z][A-Za-z0-9._-]*$/.test(id);
}
