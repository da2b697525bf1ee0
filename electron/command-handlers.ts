/** What each command of shared/ipc.ts does: finds the device, the session or the window, and calls it. */
import { nativeTheme } from 'electron';
import { AppError } from '../shared/errors.ts';
import type { Chat } from '../shared/rows.ts';
import type { DeskWatch } from './desk-watch.ts';
import type { Device } from './device.ts';
import type { CommandHandlers } from './ipc.ts';
import { exportOutbox } from './outbox/outbox-export.ts';
import type { PreferenceStore } from './preferences.ts';
import type { Receipts } from './receipts/receipts.ts';
import type { SessionKeeper } from './session/session.ts';
import type { Windows } from './windows.ts';

export interface CommandDeps {
  keeper: SessionKeeper;
  windows: Windows;
  preferences: PreferenceStore;
  deskWatch: DeskWatch;
  /** The device of the signed-in member. Throws notSignedIn. */
  device(): Device;
  /** Its receipts; null when nobody is signed in or their file cannot be read. */
  receipts(): Receipts | null;
  practise(as: 'advisor' | 'supervisor'): Promise<void>;
  signIn(input: { serverUrl: string; email: string; password: string; deviceName: string }): Promise<void>;
  signOut(): Promise<number>;
  wallMs(): number;
  /** Where texts for people are written. */
  exportFolder: string;
  onDeskReady(): void;
}

export function createCommandHandlers(deps: CommandDeps): CommandHandlers {
  const { windows, keeper, preferences } = deps;

  /** A timer runs only for the advisor's own chat, and only while its window is open. */
  function ownChat(chat: Chat): Chat {
    const session = keeper.current();
    if (session.phase !== 'signedIn' || chat.advisorId !== session.member.id)
      throw new AppError('notYourChat');
    return chat;
  }

  function assertMayStart(chat: Chat, sender: Parameters<CommandHandlers['startTimer']>[1]): void {
    ownChat(chat);
    if (windows.roleOf(sender) === 'chat' && windows.assignedTo(sender)?.chat.id !== chat.id)
      throw new AppError('notAllowed');
    if (!windows.isChatOpen(chat.id)) throw new AppError('notReady');
  }

  return {
    readSession: () => keeper.current(),
    async practise({ as }) {
      await deps.practise(as);
      return null;
    },
    checkServer: ({ serverUrl }) => keeper.checkServer(serverUrl),
    async signIn(input) {
      await deps.signIn(input);
      return null;
    },
    signOut: async () => ({ sealedRows: await deps.signOut() }),

    openChat(assigned) {
      windows.openChat(assigned);
      return null;
    },
    readAssignedChat: (_input, sender) => windows.assignedTo(sender),
    startTimer({ chat }, sender) {
      assertMayStart(chat, sender);
      deps.device().timers.start(chat);
      return null;
    },
    takeOverChat({ chat }, sender) {
      assertMayStart(chat, sender);
      deps.device().timers.takeOver(chat);
      return null;
    },
    pauseTimer({ chatId }) {
      deps.device().timers.pause(chatId);
      return null;
    },
    endChat({ chatId }) {
      const device = deps.device();
      const chat =
        device.timers.timerOf(chatId)?.chat ??
        windows.openChats().find((one) => one.chat.id === chatId)?.chat;
      if (chat === undefined) throw new AppError('unknownChat');
      device.timers.end(ownChat(chat));
      return null;
    },
    undoEndChat({ chatId }) {
      deps.device().timers.undoEnd(chatId);
      return null;
    },
    writeRow: async ({ row }) => ({ row: await deps.device().write(row) }),
    readLive: () => deps.device().live(),

    readOutbox: () => ({ rows: deps.device().outbox.waiting() }),
    readRefusedRows: () => ({ rows: deps.device().outbox.refused() }),
    async retryRefusedRow({ id }) {
      await deps.device().outbox.retryRefused(id);
      return null;
    },
    exportOutbox: async () => ({
      file: await exportOutbox(deps.device().outbox, deps.exportFolder, deps.wallMs()),
    }),
    async acknowledgePush({ answers }) {
      await deps.device().outbox.acknowledge(answers, deps.wallMs());
      return null;
    },
    reportReplication({ appliedSeq }) {
      deps.deskWatch.heard();
      deps.device().replicated(appliedSeq);
      deps.receipts()?.replicated(appliedSeq);
      return null;
    },
    projectionsPulled({ projections }) {
      deps.device().projections.take(projections);
      return null;
    },
    policiesPulled({ previousChatInPair }) {
      deps.device().setPreviousChatInPair(previousChatInPair);
      deps.receipts()?.setPreviousChatInPair(previousChatInPair);
      return null;
    },

    readReceipts: () => ({ receipts: deps.receipts()?.list() ?? [] }),
    async markReceiptsSeen({ ids }) {
      await deps.receipts()?.markSeen(ids);
      return null;
    },
    async reportEvidence({ evidence }) {
      await deps.receipts()?.take(evidence);
      return null;
    },

    showDesk() {
      windows.show(keeper.current().phase === 'signedIn' ? 'desk' : 'welcome');
      return null;
    },
    closeWindow(_input, sender) {
      windows.windowOf(sender)?.close();
      return null;
    },
    minimiseWindow(_input, sender) {
      windows.windowOf(sender)?.minimize();
      return null;
    },
    toggleMaximiseWindow(_input, sender) {
      const window = windows.windowOf(sender);
      if (window?.isMaximized()) window.unmaximize();
      else window?.maximize();
      return null;
    },
    setTitle({ title }, sender) {
      windows.windowOf(sender)?.setTitle(title);
      return null;
    },
    setTheme({ theme }) {
      preferences.update({ theme });
      nativeTheme.themeSource = theme;
      windows.send('themeChanged', { theme });
      return null;
    },
    readTheme: () => ({ theme: preferences.read().theme }),
    reportDeskReady() {
      deps.onDeskReady();
      return null;
    },
  };
}
