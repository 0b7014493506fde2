// Somebody talks beside a browser, by plain requests, as fast as asked and whatever the page does meanwhile.

import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { Person } from '../person.ts';

/** What a person says at length; each is of some hundred bytes, every ninth has two lines. */
export function texts(total: number, from = 1): string[] {
  const line = (number: number) => `글 ${number}: 오늘 회의는 다섯 시에 시작해요, 늦지 않게 와 주세요`;
  return Array.from({ length: total }, (_, at) => line(from + at) + (at % 9 === 4 ? '\n둘째 줄도 있어요' : ''));
}

/** What became of it: how many messages each second it were, and the place of the last of them in the log. */
export interface Said {
  rate: number;
  last: number;
}

/** Says all of it in a room, so many each second by the clock. */
export async function says(person: Person, room: string, all: string[], each: number): Promise<Said> {
  const cookies = await person.page.context().cookies();
  const headers = {
    'content-type': 'application/json',
    origin: person.server.url,
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
  };
  const say = async (text: string): Promise<number> => {
    const draft = { type: 'send', nonce: randomUUID(), room, op: { kind: 'message', text } };
    const answer = await fetch(`${person.server.url}/v1/send`, { method: 'POST', headers, body: JSON.stringify(draft) });
    const told = (await answer.json()) as { type: string; seq: number };
    if (told.type !== 'ack') throw new Error(`${answer.status}: ${JSON.stringify(told)}`);
    return told.seq;
  };
  const began = performance.now();
  const said: Promise<number>[] = [];
  while (said.length < all.length) {
    const due = Math.min(all.length, Math.floor(((performance.now() - began) * each) / 1_000));
    while (said.length < due) said.push(say(all[said.length]));
    await after(5);
  }
  // They may overtake each other on their way.
  const last = Math.max(...(await Promise.all(said)));
  return { rate: all.length / ((performance.now() - began) / 1_000), last };
}
