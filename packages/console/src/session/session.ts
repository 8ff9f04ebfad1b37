import { createContext, useContext } from 'react';
import type { Session, Subject } from '../api/types.ts';

/** A session of somebody who has chosen whom to act as. */
export interface ActorSession extends Session {
  readonly actor: Subject;
}

export const SessionContext = createContext<ActorSession | undefined>(undefined);

/** Who is signed in. Only pages behind the gate may ask. */
export function useActorSession(): ActorSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error('nobody is signed in');
  return session;
}
