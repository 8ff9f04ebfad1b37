import { quote } from '../../../compile/words/describe-value.ts';
import type { Catalog } from '../../../policy/catalog.ts';
import { formatCell, type Cell, type Permission } from '../../../policy/permission.ts';
import { permissionsBefore } from '../matching/cell-pairs.ts';
import type { Notice } from '../matching/policy-difference.ts';
import { noticeOf } from './notice.ts';

/** The names that the permissions of before have after. */
export class PermissionRenames {
  readonly #successors = new Map<string, Permission[]>();

  constructor(before: Catalog, after: Catalog) {
    for (const permission of after.permissions.values()) {
      for (const { id } of permissionsBefore(before, permission)) {
        this.#successors.set(id, [...(this.#successors.get(id) ?? []), permission]);
      }
    }
  }

  /** Whether a permission of before is there no more, under any name. */
  hasGone(id: string): boolean {
    return !this.#successors.has(id);
  }

  /** What ids of before are called now; one that is gone stays as it is. */
  now(ids: readonly string[]): string[] {
    const found = ids.flatMap((id) => this.#successors.get(id)?.map((permission) => permission.id) ?? [id]);
    return [...new Set(found)];
  }

  /** The same for a cell. */
  namesNow(cell: Cell): string[] {
    const successors = this.#successors.get(cell.permission.id) ?? [cell.permission];
    return successors.map((permission) => formatCell({ ...cell, permission }));
  }

  /** That a permission has another id, or that one was split: told at the first of its parts. */
  describe({ id }: Permission, after: Permission): Notice[] {
    if (id === after.id) return [];
    const parts = this.#successors.get(id) ?? [];
    const { position } = after;
    if (parts.length === 1) {
      return [noticeOf('permission-renamed', `permission ${quote(id)} is now called ${quote(after.id)}`, { position })];
    }
    if (parts[0] !== after) return [];
    const names = parts.map((part) => quote(part.id)).join(', ');
    return [noticeOf('permission-split', `permission ${quote(id)} was split into ${names}`, { position })];
  }
}
