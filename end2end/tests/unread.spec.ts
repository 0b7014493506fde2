// What calls somebody: the list of it, the tab's icon and title, and notifications by choice.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

/** A room that the first has made and the second is in, without looking at it. */
async function asideRoom(one: Person, other: Person, name: string): Promise<void> {
  await one.makesRoom(name);
  const room = (await one.timeline.getAttribute('data-room'))!;
  await other.page.evaluate((room) => fetch('/api/join_room', { method: 'POST', body: new URLSearchParams({ room }) }), room);
  await expect(other.roomLink(name)).toBeVisible();
}

/** Notes notifications instead of showing them: a browser without a screen shows none. */
async function notesNotifications(person: Person): Promise<void> {
  await person.page.addInitScript(() => {
    const told: string[][] = [];
    class Noted {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title: string, { body = '' } = {}) {
        told.push([title, body]);
      }
      close() {}
    }
    Object.assign(window, { Notification: Noted, told });
  });
}

async function expectNoViolations(page: Page): Promise<void> {
  const axe = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  expect((await axe.analyze()).violations).toEqual([]);
}

const told = (person: Person): Promise<string[][]> =>
  person.page.evaluate(() => (window as unknown as { told: string[][] }).told);

test('what calls somebody stands in one list, the unread first, and is marked read there', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = server.own('소식');
  await asideRoom(haeun, ben, room);
  await haeun.says(`@${ben.name} 이것 좀 봐 주세요`);
  const inbox = ben.page.getByRole('link', { name: ben.words.inbox });
  await expect(inbox).toHaveAccessibleName(new RegExp(ben.words.mentions(1)));
  const icon = ben.page.locator('link[rel~="icon"]');
  await expect(icon).toHaveAttribute('href', /^data:image\/svg\+xml/);

  await inbox.click();
  const item = ben.page.getByRole('listitem').filter({ hasText: '이것 좀 봐 주세요' });
  await expect(item).toContainText(haeun.name);
  await expect(item).toContainText(`#${room}`);
  await expect(item).toContainText(ben.words.calledByName);
  for (const theme of ['light', 'dark'] as const) {
    await ben.page.emulateMedia({ colorScheme: theme });
    await expectNoViolations(ben.page);
    for (const [width, height] of [[390, 844], [1440, 900]]) {
      await ben.page.setViewportSize({ width, height });
      if (process.env.SHOTS) await ben.page.screenshot({ path: `${process.env.SHOTS}/heed-inbox-${theme}-${width}.png` });
    }
  }
  await item.getByRole('button', { name: ben.words.markRead }).click();
  await expect(ben.page.getByRole('heading', { name: ben.words.readCalls })).toBeVisible();
  await ben.goes('/');
  await expect(ben.roomLink(room)).not.toHaveClass(/is-unread/);
  await expect(ben.page.locator('link[rel~="icon"]')).toHaveAttribute('href', '/favicon.svg');
});

test('nobody is notified before they want it; then of what calls them, with the reason', async ({ enter, someone, server }) => {
  const haeun = await enter('하은');
  const ben = await someone();
  await notesNotifications(ben);
  await ben.enters(server.own('Ben'));
  const room = server.own('소식');
  await asideRoom(haeun, ben, room);
  await haeun.says(`@${ben.name} 아직`);
  await expect(ben.roomLink(room)).toHaveAccessibleName(new RegExp(ben.words.mentions(1)));

  await ben.goes('/settings#attention');
  expect(await told(ben)).toEqual([]);
  const section = ben.page.getByRole('region', { name: ben.words.attention });
  await section.getByRole('switch').first().check();
  await section.getByRole('button', { name: ben.words.tryIt }).click();
  await expect.poll(() => told(ben)).toHaveLength(1);
  await expectNoViolations(ben.page);
  if (process.env.SHOTS) await section.screenshot({ path: `${process.env.SHOTS}/heed-settings.png` });

  await ben.goes('/');
  await haeun.says('이건 부르지 않아요');
  await haeun.says(`@${ben.name} 이제요`);
  await expect.poll(() => told(ben), { timeout: 15_000 }).toEqual([[`${haeun.name} · ${room}`, expect.stringContaining(ben.words.calledByName)]]);
  // What is looked at needs no notification.
  await ben.opens(room);
  await haeun.says(`@${ben.name} 보고 있죠`);
  await ben.sees(`@${ben.name} 보고 있죠`);
  await ben.page.waitForFunction(() => document.hasFocus());
  expect(await told(ben)).toHaveLength(1);
});

test('who does not want to be disturbed is not, by notification or by sound, and finds it in the list', async ({ enter, someone, server }) => {
  const haeun = await enter('하은');
  const ben = await someone();
  await notesNotifications(ben);
  await ben.page.addInitScript(() => localStorage.setItem('maru.heed', JSON.stringify({ on: true, sound: true })));
  await ben.enters(server.own('Ben'));
  const room = server.own('소식');
  await asideRoom(haeun, ben, room);
  const quiet = async (button: string) => {
    await ben.page.getByRole('button', { name: ben.words.me }).click();
    await ben.page.getByRole('group', { name: '방해 금지' }).getByRole('button', { name: button }).click();
    await ben.page.keyboard.press('Escape');
  };
  const sign = ben.page.locator('.me__card .presence--busy');
  await quiet('1시간');
  await expect(sign).toBeVisible({ timeout: 30_000 });
  await haeun.says(`@${ben.name} 조용히`);
  await expect(ben.roomLink(room)).toHaveAccessibleName(new RegExp(ben.words.mentions(1)));
  await quiet('끄기');
  await expect(sign).toHaveCount(0, { timeout: 30_000 });
  expect(await ben.page.locator('html').getAttribute('data-toned')).toBeNull();
  // What is told next is the first of all.
  await haeun.says(`@${ben.name} 이제요`);
  await expect.poll(() => told(ben), { timeout: 15_000 }).toEqual([[`${haeun.name} · ${room}`, expect.stringContaining('이제요')]]);
  await expect(ben.page.locator('html')).toHaveAttribute('data-toned', /\d/);
});
