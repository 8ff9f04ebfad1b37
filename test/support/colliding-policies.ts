const roles = `permissions:
  A:
    company:delete: Delete the company
roles:
  admin: { title: Admin, grants: ["*"] }
`;

/**
 * Two policies with the same twelve digits of a revision, found in half a minute on one core by trying comments: in the
 * one mallory is an admin, in the other she is not.
 */
export const collidingPolicies = {
  revision: '02096d02501f',
  given: {
    'roles.yaml': roles,
    'policies/w.yaml': 'workspace: w\nmembers:\n  ana@x.example: admin\n  mallory@x.example: admin\n# ref 00002575e9\n',
  },
  taken: {
    'roles.yaml': roles,
    'policies/w.yaml': 'workspace: w\nmembers:\n  ana@x.example: admin\n# ref 00015dd42f\n',
  },
} as const;

/** What mallory asks. */
export const collidingQuestion = {
  subjectType: 'user',
  subjectId: 'mallory@x.example',
  workspace: 'w',
  permission: 'company:delete',
};
