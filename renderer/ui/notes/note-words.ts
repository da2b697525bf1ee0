/** When and on which computer a version was written, and where it is now. */
import type { NoteVersion } from '../../../shared/notes/note-versions.ts';
import type { MessageMark } from '../../records/message-mark.ts';
import { formatDay, formatTimeOfDay } from '../../words/format.ts';

export function whoOf(version: NoteVersion, ownDeviceId: string | undefined): string {
  const when = `${formatDay(version.atMs)} ${formatTimeOfDay(version.atMs)}`;
  if (version.byId !== undefined) return `Supervisor, ${when}`;
  return `${when}, ${version.deviceId === ownDeviceId ? 'this computer' : 'another computer'}`;
}

export function whereOf(mark: MessageMark): string {
  return { saved: 'saved here', atServer: 'at server', refused: 'not sent, see Outbox' }[mark];
}
