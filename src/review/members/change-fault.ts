/** The reason why a membership may not be changed as somebody asks. */
export type ChangeFaultCode =
  | 'out-of-reach'
  | 'unknown-workspace'
  | 'unknown-organization'
  | 'unknown-role'
  | 'wrong-span'
  | 'bad-period'
  | 'duplicate-role'
  | 'member-in-git'
  | 'look-alike'
  | 'actor-not-allowed'
  | 'organization-member'
  | 'escalation-prevented'
  | 'wrong-holders'
  | 'exclusive-permissions';

export interface ChangeFault {
  readonly code: ChangeFaultCode;
  /** One sentence for a person, with what to do where there is something. */
  readonly message: string;
  /** Which of the assignments is at fault, and which part of it. */
  readonly at?: { readonly index: number; readonly member: 'role' | 'from' | 'until' };
  /** The permission that is missing. */
  readonly permission?: string;
}
