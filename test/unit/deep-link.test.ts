import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepLinkOf, parseDeepLink } from '../../shared/deep-link.ts';

describe('a link from outside', () => {
  it('names a chat', () => {
    expect(parseDeepLink('chatclock://chat/mara-1')).toEqual({ chatId: 'mara-1' });
    expect(parseDeepLink('chatclock://chat/0b9f4c9e-9d65-4a51-9a3a-0c6a8e1b8d11/')).toEqual({
      chatId: '0b9f4c9e-9d65-4a51-9a3a-0c6a8e1b8d11',
    });
  });

  it.each([
    'chatclock://chat/',
    'chatclock://chat/a/b',
    'chatclock://chat/..',
    'chatclock://chat/.',
    'chatclock://chat/a?amount=100',
    'chatclock://chat/a#end',
    'chatclock://chat/a%2f..%2fb',
    'chatclock://chat/a b',
    'chatclock://chat/a\nb',
    'chatclock://chat/a\0',
    'chatclock://CHAT/a',
    'CHATCLOCK://chat/a',
    'chatclock:chat/a',
    'chatclock://user@chat/a',
    'chatclock://chat:80/a',
    'chatclock://topup/a',
    'https://chat/a',
    ' chatclock://chat/a',
    'chatclock://chat/ä',
    `chatclock://chat/${'a'.repeat(201)}`,
    `chatclock://chat/${'a'.repeat(3000)}`,
  ])('is nothing else: %j', (text) => {
    expect(parseDeepLink(text)).toBeNull();
  });

  it('never gives more than one plain id, whatever stands in it', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('/', '?', '#', '%', '..', '\\', '\0', '\n', 'chat', ':', '@'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const link = parseDeepLink(`chatclock://chat/${parts.join('')}`);
        expect(link === null || /^[A-Za-z0-9_.~:-]{1,200}$/.test(link.chatId)).toBe(true);
        const other = parseDeepLink(parts.join(''));
        expect(other === null || parts.join('').startsWith('chatclock://chat/')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found among arguments when it is the only one', () => {
    const argv = ['/usr/bin/chatclock', '--profile', 'work'];
    expect(deepLinkOf([...argv, 'chatclock://chat/a'])).toEqual({ chatId: 'a' });
    expect(deepLinkOf(argv)).toBeNull();
    expect(deepLinkOf([...argv, 'chatclock://chat/a', 'chatclock://chat/b'])).toBeNull();
    expect(deepLinkOf([...argv, 'chatclock://chat/a', 'ChatClock://pay'])).toBeNull();
  });
});
