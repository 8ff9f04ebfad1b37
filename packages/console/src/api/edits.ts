/** A role as somebody is to hold it. */
export interface HeldRole {
  readonly role: string;
  readonly from?: string;
  readonly until?: string;
  readonly reason?: string;
}

interface AtPlace {
  readonly workspace?: string;
  readonly organization?: string;
  readonly etag?: string;
}

/** The edits that the pages make. */
export type Edit = AtPlace &
  (
    | {
        readonly edit: 'role.create';
        readonly role: string;
        readonly title: string;
        readonly description?: string;
        readonly extends?: readonly string[];
        readonly grants?: readonly string[];
      }
    | {
        readonly edit: 'role.duplicate';
        readonly from: string;
        readonly role: string;
        readonly title: string;
        readonly description?: string;
        readonly as: 'copy' | 'extension';
      }
    | {
        readonly edit: 'role.change';
        readonly role: string;
        readonly title?: string;
        readonly description?: string;
        readonly allow?: readonly string[];
        readonly disallow?: readonly string[];
        readonly extends?: readonly string[];
        readonly always?: readonly string[];
        readonly spelled?: readonly string[];
      }
    | { readonly edit: 'role.delete'; readonly role: string; readonly to?: string; readonly confirm?: string }
    | { readonly edit: 'member.set'; readonly subject: string; readonly roles: readonly HeldRole[] }
    | { readonly edit: 'member.remove'; readonly subject: string }
    | { readonly edit: 'group.set'; readonly group: string; readonly subjects: readonly string[] }
    | { readonly edit: 'group.rename'; readonly group: string; readonly to: string }
    | { readonly edit: 'group.remove'; readonly group: string }
    | {
        readonly edit: 'waiver.add';
        readonly check: string;
        readonly about: Readonly<Record<string, string>>;
        readonly reason: string;
        readonly until: string;
      }
    | { readonly edit: 'waiver.end'; readonly check: string; readonly about: Readonly<Record<string, string>> }
    | {
        readonly edit: 'test.expect';
        readonly file: string;
        readonly test: string;
        readonly permission: string;
        readonly expect: 'can' | 'cannot';
      }
  );
