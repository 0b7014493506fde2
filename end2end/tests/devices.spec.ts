// Two people, two devices each: what is unread, read and called is the same everywhere, whatever the network does.

import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { Proxy } from '../proxy.ts';

type Someone = (options?: object) => Promise<Person>;

const soon = { timeout: 30_000 };

/** The same person on another device, whose network can be cut. */
async function onAnotherDevice(of: Person, someone: Someone): Promise<{ device: Person; proxy: Proxy }> {
  const proxy = await new Proxy(of.server.url, {}).start();
  const device = await someone({ baseURL: proxy.url, storageState: await of.page.context().storageState() });
  device.name = of.name;
  device.expectsOutage();
  await device.goes('/');
  await device.isInRoom();
  return { device, proxy };
}

/** What the list says of a room on each of these devices. */
async function agree(devices: Person[], room: string, unread: number, mentions = 0): Promise<void> {
  for (const device of devices) {
    const link = device.roomLink(room);
    const { words } = device;
    if (mentions > 0) await expect(link).toHaveAccessibleName(new RegExp(words.mentions(mentions)), soon);
    else if (unread > 0) await expect(link).toHaveAccessibleName(new RegExp(words.unread(unread)), soon);
    else await expect(link).not.toHaveClass(/is-unread/, soon);
  }
}

/** Calls a server function as the page does, from within it. */
async function calls(person: Person, name: string, fields: Record<string, string>): Promise<void> {
  const status = await person.page.evaluate(
    async ([path, body]) => (await fetch(path, { method: 'POST', body: new URLSearchParams(body) })).status,
    [`/api/${name}`, fields] as const,
  );
  expect(status).toBe(200);
}

/** A room of its own to which nobody looks, with everybody in it. */
async function asideRoom(one: Person, other: Person, name: string): Promise<string> {
  await one.makesRoom(name);
  const id = await one.timeline.getAttribute('data-room');
  await calls(other, 'join_room', { room: id! });
  await expect(other.roomLink(name)).toBeVisible();
  return id!;
}

test('unread, read and called agree on all devices, through cuts', async ({ enter, someone, server }) => {
  test.setTimeout(180_000);
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const name = server.own('소식');
  const room = await asideRoom(haeun, ben, name);
  const phone = await onAnotherDevice(ben, someone);
  const laptop = await onAnotherDevice(haeun, someone);
  await laptop.device.opens(name);
  const bens = [ben, phone.device];
  const call = `@${ben.name}`;

  await haeun.says('하나');
  await agree(bens, name, 1);
  await laptop.device.says(`${call} 둘`);
  await agree(bens, name, 2, 1);
  await agree([haeun, laptop.device], name, 0);

  // While one device is cut off, the other hears on; then both know the same.
  phone.proxy.cut();
  await haeun.says(`${call} 셋`);
  await haeun.says('넷');
  phone.proxy.cut();
  await haeun.isSettled();
  await agree(bens, name, 4, 2);

  // Read on one, read on both, within a second.
  await ben.opens(name);
  await ben.sees('넷');
  await expect(phone.device.roomLink(name)).not.toHaveClass(/is-unread/, { timeout: 5_000 });
  await ben.opens(server.own('마루').split(' ')[0]);

  // Back to unread, while the other device is cut off.
  const seq = await haeun.page.evaluate(async (room) => {
    const page = await (await fetch(`/api/history?room=${room}&before=1000000&limit=100`)).json();
    return page.events.filter((event: { op: { text?: string } }) => event.op.text === '넷')[0].seq as number;
  }, room);
  phone.proxy.cut();
  await calls(ben, 'mark_read', { room, seq: String(seq - 1), back: 'true' });
  await agree(bens, name, 1);

  // What is deleted is unread no more.
  await haeun.deletes('넷');
  await agree(bens, name, 0);

  // A room that is muted on one device is quiet on both.
  await haeun.says('다섯');
  await agree(bens, name, 1);
  await calls(phone.device, 'set_mute', { room, mute: 'mentions' });
  await agree(bens, name, 0);
  await haeun.says(`${call} 여섯`);
  await agree(bens, name, 0, 1);
  await calls(phone.device, 'set_mute', { room, mute: 'nothing' });
  await agree(bens, name, 0);
  await calls(phone.device, 'set_mute', { room, mute: 'all' });
  await agree(bens, name, 2, 1);

  // Everything is read from the menu of the space.
  await phone.device.page.locator('[popovertarget="pop-space"]').click();
  await phone.device.page.getByRole('button', { name: phone.device.words.markAllRead }).click();
  await agree(bens, name, 0);

  for (const { proxy } of [phone, laptop]) await proxy.close();
});
