import { expect, test } from 'vitest';
import { askToQuit, quitWords } from '../../electron/quit-question.ts';

test('quitting asks only while something runs, and says what happens', () => {
  expect(quitWords({ running: 0, waitingRows: 5 })).toBeNull();
  expect(quitWords({ running: 1, waitingRows: 0 })).toEqual({
    message: 'One chat is running.',
    detail: 'Quitting stops its time now; nothing that was counted is lost. Everything is at the server.',
  });
  expect(quitWords({ running: 3, waitingRows: 12 })).toEqual({
    message: '3 chats are running.',
    detail:
      'Quitting stops their time now; nothing that was counted is lost. 12 rows wait on this computer and will be sent when Chatclock starts again.',
  });
});

test('keeping on is the default and what Esc means', async () => {
  const asked: { defaultId?: number | undefined; cancelId?: number | undefined; buttons?: string[] }[] = [];
  const answering = (response: number) => ({
    showMessageBox: (...given: unknown[]) => {
      asked.push(given.at(-1) as (typeof asked)[number]);
      return Promise.resolve({ response, checkboxChecked: false });
    },
  });
  const state = { running: 2, waitingRows: 0 };
  expect(await askToQuit(answering(0), undefined, state)).toBe(true);
  expect(await askToQuit(answering(1), undefined, state)).toBe(false);
  expect(await askToQuit(answering(1), undefined, { running: 0, waitingRows: 0 })).toBe(true);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatchObject({ buttons: ['Quit', 'Keep running'], defaultId: 1, cancelId: 1 });
});
