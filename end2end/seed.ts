// Fills a room from within a browser, over the socket that the page itself uses.

import type { BrowserContext } from '@playwright/test';
import { randomUUID } from 'node:crypto';

/** Says all these texts, in order, as the person that this browser is. The server's rates must be off. */
export async function seed(context: BrowserContext, at: string, room: string, texts: string[]): Promise<void> {
  // Any page of the same origin will do, as long as nothing of Maru runs in it; this one may not open
  // sockets by itself, so its policy is set aside.
  const baseURL = new URL(at).origin;
  const storageState = await context.storageState();
  const aside = await context.browser()!.newContext({ baseURL, storageState, bypassCSP: true });
  const page = await aside.newPage();
  await page.goto('/healthz');
  const drafts = texts.map((text) => ({ nonce: randomUUID(), text }));
  await page.evaluate(
    ([room, drafts]) =>
      new Promise<void>((resolve, reject) => {
        const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/v1/ws`);
        let id = '';
        let sent = 0;
        let acked = 0;
        const say = () => {
          for (; sent < drafts.length && sent < acked + 25; sent += 1) {
            const { nonce, text } = drafts[sent];
            socket.send(JSON.stringify({ type: 'send', nonce, room: id, op: { kind: 'message', text } }));
          }
        };
        socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', client: 'end2end', rooms: {} }));
        socket.onclose = (event) => reject(new Error(`closed with ${event.code} after ${acked} acks`));
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.type === 'welcome') {
            id = frame.rooms.find((each: { name: string }) => each.name === room)?.id;
            if (!id) reject(new Error(`no room is called ${room}`));
            say();
          } else if (frame.type === 'refused') {
            reject(new Error(data));
          } else if (frame.type === 'ack') {
            acked += 1;
            if (acked === drafts.length) resolve();
            else say();
          }
        };
      }),
    [room, drafts] as const,
  );
  await aside.close();
}
