import type { Notice, NoticeKind } from '../matching/policy-difference.ts';

/** A notice with what most notices have none of left out. */
export function noticeOf(kind: NoticeKind, text: string, more: Partial<Notice> = {}): Notice {
  return {
    kind,
    text,
    workspace: undefined,
    subjects: [],
    mayDecideOtherwise: [],
    position: undefined,
    side: 'after',
    ...more,
  };
}

/** Lines where something stands in the `roles.yaml` of one side. */
export interface CatalogLines {
  readonly before: (path: readonly (string | number)[]) => Notice['position'];
  readonly after: (path: readonly (string | number)[]) => Notice['position'];
}
