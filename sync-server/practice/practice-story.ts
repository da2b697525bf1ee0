/**
 * The practice organisation as a story told backwards from now: Lea answers, Ben supervises, three clients pay, one
 * waits. No running time is invented: timers run when Lea opens windows, so earlier chats carry messages and no minutes.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const PRACTICE_ADVISOR = {
  id: 'practice-lea',
  name: 'Lea Winter',
  email: 'lea@practice.local',
} as const;
export const PRACTICE_SUPERVISOR = {
  id: 'practice-ben',
  name: 'Ben Okafor',
  email: 'ben@practice.local',
} as const;
/** 2.00 credits a minute. */
export const PRACTICE_RATE_MINOR = 200;

export interface StoryClient {
  id: string;
  name: string;
  topUps: { minor: number; agoMs: number; reason: string }[];
  freeMs: number;
}

export const PRACTICE_CLIENTS: readonly StoryClient[] = [
  {
    id: 'practice-mara',
    name: 'Mara Lindt',
    topUps: [
      { minor: 4_000, agoMs: 12 * DAY_MS, reason: 'Top-up by card' },
      { minor: 2_000, agoMs: 2 * HOUR_MS, reason: 'Top-up by card' },
    ],
    freeMs: 10 * MINUTE_MS,
  },
  {
    id: 'practice-jonas',
    name: 'Jonas Pohl',
    topUps: [{ minor: 5_000, agoMs: 3 * DAY_MS, reason: 'Top-up by invoice' }],
    freeMs: 0,
  },
  // 12.00 credits at 2.00 a minute last 6:00: one minute after her timer starts she is under 5:00, which is low.
  {
    id: 'practice-pia',
    name: 'Pia Moreau',
    topUps: [{ minor: 1_200, agoMs: HOUR_MS, reason: 'Top-up by card' }],
    freeMs: 0,
  },
  {
    id: 'practice-eva',
    name: 'Eva Brandt',
    topUps: [{ minor: 1_000, agoMs: 5 * MINUTE_MS, reason: 'First top-up' }],
    freeMs: 5 * MINUTE_MS,
  },
];

export interface StoryChat {
  number: string;
  clientId: string;
  topic: string;
  openedAgoMs: number;
  /** Ended this long ago; absent = still open. */
  endedAgoMs?: number;
  /** Lea has opened it: it has its time record. */
  isAnswered: boolean;
  /** [how long ago, who, text] in order. */
  lines: readonly (readonly [agoMs: number, from: 'user' | 'advisor', text: string])[];
}

const ago = (minutes: number, seconds = 0): number => minutes * MINUTE_MS + seconds * 1_000;

export const PIA_CHAT_NUMBER = '811';

export const PRACTICE_CHATS: readonly StoryChat[] = [
  {
    number: '812',
    clientId: 'practice-mara',
    topic: 'Printer setup',
    openedAgoMs: ago(14),
    isAnswered: true,
    lines: [
      [ago(14), 'user', 'Hello Lea, the new printer has arrived and my laptop does not see it'],
      [ago(13, 10), 'advisor', 'Hello Mara. Is it on the same network as the laptop, or on a cable?'],
      [ago(12, 30), 'user', 'On a cable, the one that came with it'],
      [ago(11, 40), 'advisor', 'Good. Open Settings, Printers, and choose Add. Does it appear in the list?'],
      [ago(10, 5), 'user', 'Yes, now it is there. It wants to install two drivers'],
      [ago(9, 20), 'advisor', 'Take the first one, that is the printer itself'],
      [ago(3, 30), 'user', 'Done, the test page looks fine'],
      [ago(2, 50), 'user', 'And the second driver, do I need that too?'],
    ],
  },
  {
    number: '815',
    clientId: 'practice-mara',
    topic: 'Wi-Fi after update',
    openedAgoMs: ago(9),
    isAnswered: true,
    lines: [
      [ago(9), 'user', 'One more thing: since the update last night the Wi-Fi drops every few minutes'],
      [ago(8, 15), 'advisor', 'Does it come back by itself, or only when you switch it off and on?'],
      [ago(7, 30), 'user', 'Only when I switch it off and on'],
      [ago(6, 40), 'advisor', 'Restart the network service, then try again'],
    ],
  },
  {
    number: '813',
    clientId: 'practice-jonas',
    topic: 'Recovering files',
    openedAgoMs: ago(17),
    isAnswered: true,
    lines: [
      [ago(17), 'user', 'I formatted the wrong disk yesterday. Is there any way to get the photos back?'],
      [ago(16, 20), 'advisor', 'Often, yes. First: do not write anything to that disk. Is it unplugged now?'],
      [ago(15, 40), 'user', 'It is unplugged'],
      [ago(14, 30), 'advisor', 'Then connect it read only and let the recovery program list what it finds'],
      [ago(4, 45), 'user', 'OK, thank you. It lists three partitions'],
    ],
  },
  {
    number: PIA_CHAT_NUMBER,
    clientId: 'practice-pia',
    topic: 'Sound settings',
    openedAgoMs: ago(5),
    isAnswered: true,
    lines: [
      [ago(5), 'user', 'Hi, my laptop has been silent since this morning'],
      [ago(4, 10), 'advisor', 'Hello Pia. Do you hear anything with headphones?'],
      [ago(3, 20), 'user', 'It works with headphones, not with speakers'],
    ],
  },
  {
    number: '816',
    clientId: 'practice-eva',
    topic: 'Calculator',
    openedAgoMs: ago(2, 5),
    isAnswered: false,
    lines: [[ago(2, 5), 'user', 'Is there a calculator that takes hex numbers?']],
  },
  {
    number: '805',
    clientId: 'practice-jonas',
    topic: 'Slow start',
    openedAgoMs: 2 * HOUR_MS,
    endedAgoMs: 2 * HOUR_MS - ago(12),
    isAnswered: true,
    lines: [
      [2 * HOUR_MS, 'user', 'The computer takes four minutes until I can work'],
      [
        2 * HOUR_MS - ago(1),
        'advisor',
        'Open the task manager and look at the tab Startup. What stands at the top?',
      ],
      [2 * HOUR_MS - ago(4), 'user', 'Three updaters and a game launcher'],
      [2 * HOUR_MS - ago(5), 'advisor', 'Switch off all four, they start by themselves when you need them'],
      [2 * HOUR_MS - ago(11), 'user', 'Forty seconds now. Great, thank you'],
    ],
  },
  {
    number: '802',
    clientId: 'practice-pia',
    topic: 'Photos from the phone',
    openedAgoMs: 3 * HOUR_MS,
    endedAgoMs: 3 * HOUR_MS - ago(8),
    isAnswered: true,
    lines: [
      [3 * HOUR_MS, 'user', 'How do I get my photos off the phone without the cloud?'],
      [3 * HOUR_MS - ago(1), 'advisor', 'With a cable: choose File transfer on the phone when it asks'],
      [3 * HOUR_MS - ago(7), 'user', 'Found it, they are copying'],
    ],
  },
  {
    number: '771',
    clientId: 'practice-mara',
    topic: 'Scanner not found',
    openedAgoMs: 4 * DAY_MS,
    endedAgoMs: 4 * DAY_MS - ago(13),
    isAnswered: true,
    lines: [
      [4 * DAY_MS, 'user', 'The scanner was there last week and now the program says not found'],
      [4 * DAY_MS - ago(1), 'advisor', 'One step at a time: is its lamp on?'],
      [4 * DAY_MS - ago(3), 'user', 'No'],
      [4 * DAY_MS - ago(4), 'advisor', 'Then please check the plug behind the desk'],
      [4 * DAY_MS - ago(12), 'user', 'That was it. I am a little embarrassed'],
    ],
  },
  {
    number: '744',
    clientId: 'practice-mara',
    topic: 'Mail on the phone',
    openedAgoMs: 11 * DAY_MS,
    endedAgoMs: 11 * DAY_MS - ago(9),
    isAnswered: true,
    lines: [
      [11 * DAY_MS, 'user', 'My new phone does not take the mail password'],
      [
        11 * DAY_MS - ago(1),
        'advisor',
        'Your provider wants a password made for the phone alone. I will show you where',
      ],
      [11 * DAY_MS - ago(8), 'user', 'It works'],
    ],
  },
];

export function practiceChatId(number: string): string {
  return `practice-${number}`;
}

/** What Pia writes by herself within two minutes after her chat was opened, ms after that moment. */
export const PIA_WRITES: readonly (readonly [afterMs: number, text: string])[] = [
  [4_000, 'Ah, you are there'],
  [18_000, 'I have already restarted it twice'],
  [37_000, 'The volume is at 80 and nothing is crossed out'],
  [58_000, 'There are two entries under Output: Speakers and HDMI'],
  [81_000, 'HDMI is ticked. Could that be it?'],
  [100_000, 'I have a monitor on that cable since yesterday'],
  [118_000, 'I will wait until you tell me which one to choose'],
];

/** Her credits end after six minutes; then she tops up once, soon enough for the clock to go on by itself. */
export const PIA_TOP_UP = {
  afterMs: 20_000,
  minor: 1_000,
  text: 'I have topped up, we can go on',
} as const;

/** Her answer to the first thing Lea writes. */
export const PIA_ANSWER = { afterMs: 3_000, text: 'Yes! Now I can hear it. Thank you' } as const;
