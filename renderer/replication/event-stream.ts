/**
 * A parser of text/event-stream over fetch (WHATWG HTML, "Server-sent events"): EventSource cannot be aborted and
 * watched like a fetch, and Chromium opens six of them at most.
 */
export interface StreamEvent {
  event: string;
  data: string;
}

/** Takes chunks of text as they come and gives back the events they complete. */
export function createEventParser(): { push(chunk: string): StreamEvent[] } {
  let rest = '';
  let event = '';
  let data: string[] = [];

  function takeLine(line: string): StreamEvent | null {
    if (line === '') {
      const complete =
        data.length === 0 ? null : { event: event === '' ? 'message' : event, data: data.join('\n') };
      event = '';
      data = [];
      return complete;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
    return null;
  }

  return {
    push(chunk) {
      rest += chunk;
      const events: StreamEvent[] = [];
      // A carriage return at the very end may be half of a line end: wait for what follows.
      const lines = rest.endsWith('\r') ? rest.slice(0, -1).split(/\r\n|\r|\n/) : rest.split(/\r\n|\r|\n/);
      rest = lines.pop()! + (rest.endsWith('\r') ? '\r' : '');
      for (const line of lines) {
        const complete = takeLine(line);
        if (complete !== null) events.push(complete);
      }
      return events;
    },
  };
}
