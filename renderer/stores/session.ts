/** Who is signed in, as main says; shared by all components of a window. */
import { create } from 'zustand';
import type { Session } from '../../shared/ipc/session-commands.ts';
import { api } from '../api.ts';

export type SignedIn = Extract<Session, { phase: 'signedIn' }>;

export const useSession = create<{ session: Session | null }>(() => ({ session: null }));

/** Asks once and listens from then on; an event that comes before the answer is newer than it. */
export async function followSession(): Promise<void> {
  let isHeard = false;
  api.on('sessionChanged', (session) => {
    isHeard = true;
    useSession.setState({ session });
  });
  const session = await api.call('readSession', null);
  if (!isHeard) useSession.setState({ session });
}

export function useSignedIn(): SignedIn | null {
  return useSession(({ session }) => (session?.phase === 'signedIn' ? session : null));
}
