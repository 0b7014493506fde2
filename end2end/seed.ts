// Fills a room from within a browser, over the socket that the page itself uses.

import type { BrowserContext } from '@playwright/test';
import { randomUUID } from 'node:crypto';

/** What can be done in a room, as it stands on the wire. */
export type Op =
  | { kind: 'message'; text: string; reply_to?: number }
  | { kind: 'edit'; of: number; text: string }
  | { kind: 'delete'; of: number };

/** Says all these texts, in order, as the person that this browser is. The server's rates must be off. Gives their seqs. */
export function seed(context: BrowserContext, at: string, room: string, texts: string[]): Promise<number[]> {
  return act(context, at, room, texts.map((text) => ({ kind: 'message', text })));
}

/** Does all this, in order, as the person that this browser is. Gives the seq of each. */
export async function act(context: BrowserContext, at: string, room: string, ops: Op[]): Promise<number[]> {
  // Any page of the same origin will do, as long as nothing of Maru runs in it; this one may not open
  // sockets by itself, so its policy is set aside.
  const baseURL = new URL(at).origin;
  const storageState = await context.storageState();
  const aside = await context.browser()!.newContext({ baseURL, storageState, bypassCSP: true });
  const page = await aside.newPage();
  await page.goto('/healthz');
  const drafts = ops.map((op) => ({ nonce: randomUUID(), op }));
  const seqs = await page.evaluate(
    ([room, drafts]) =>
      new Promise<number[]>((resolve, reject) => {
        const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/v1/ws`);
        const places = new Map<string, number>();
        let id = '';
        let sent = 0;
        const say = () => {
          for (; sent < drafts.length && sent < places.size + 25; sent += 1) {
            socket.send(JSON.stringify({ type: 'send', room: id, ...drafts[sent] }));
          }
        };
        socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', client: 'end2end', rooms: {} }));
        socket.onclose = (event) => reject(new Error(`closed with ${event.code} after ${places.size} acks`));
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.type === 'welcome') {
            id = frame.rooms.find((each: { name: string }) => each.name === room)?.id;
            if (!id) reject(new Error(`no room is called ${room}`));
            say();
          } else if (frame.type === 'refused') {
            reject(new Error(data));
          } else if (frame.type === 'ack') {
            places.set(frame.nonce, frame.seq);
            if (places.size === drafts.length) resolve(drafts.map(({ nonce }) => places.get(nonce)!));
            else say();
          }
        };
      }),
    [room, drafts] as const,
  );
  await aside.close();
  return seqs;
}
