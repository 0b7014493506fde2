// What is written is sent: whatever becomes of the network, the tab, the browser.

import { type BrowserContext, chromium } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, needsOwnServer, test } from '../fixtures.ts';
import { Person } from '../person.ts';
import { Proxy } from '../proxy.ts';

/** Loses the network, and sees the page say so. */
async function goesOffline(person: Person): Promise<void> {
  person.expectsOutage();
  await person.page.context().setOffline(true);
  await expect(person.page.getByText(person.words.offline)).toBeVisible({ timeout: 20_000 });
}

/** The same person in another tab of the same browser. */
async function anotherTab(person: Person): Promise<Person> {
  const other = new Person(await person.page.context().newPage(), person.server);
  other.name = person.name;
  other.expectsOutage();
  await other.goes(person.page.url());
  await other.isInRoom();
  return other;
}

/** Which of these texts stand in the timeline, in its order. */
async function order(person: Person, texts: string[]): Promise<string[]> {
  const rows = await person.timeline.getByRole('article').locator('.prose').allInnerTexts();
  return rows.map((row) => row.trim()).filter((row) => texts.includes(row));
}

test('what was written offline goes out once and in order, after the tab was closed and opened again', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const texts = ['하나', '둘', '셋'].map((text) => server.own(text));
  await goesOffline(haeun);
  for (const text of texts) await haeun.says(text);
  await expect(haeun.timeline.getByText(haeun.words.pending)).toHaveCount(3);
  const context = haeun.page.context();
  const url = haeun.page.url();
  await haeun.page.close();
  for (const text of texts) await expect(ben.messages(text)).toHaveCount(0);

  await context.setOffline(false);
  const back = new Person(await context.newPage(), server);
  await back.goes(url);
  for (const text of texts) await Promise.all([back.sees(text), ben.sees(text)]);
  await back.isSettled();
  expect(await order(ben, texts)).toEqual(texts);
  await back.reloads();
  await back.isSettled();
  for (const text of texts) await back.sees(text);
  expect(await order(back, texts)).toEqual(texts);
});

test('a browser that is closed and started again sends what it kept', async ({ enter, server, locale, timezoneId }, info) => {
  const ben = await enter('Ben');
  const folder = await mkdtemp(join(tmpdir(), 'maru-browser-'));
  const { launchOptions } = info.project.use;
  const start = (): Promise<BrowserContext> =>
    chromium.launchPersistentContext(folder, { ...launchOptions, baseURL: server.url, locale, timezoneId });
  const text = server.own('껐다 켜도 그대로');

  let context = await start();
  const before = new Person(context.pages()[0], server);
  await before.enters(server.own('하은'));
  await goesOffline(before);
  await before.says(text);
  await expect(before.timeline.getByText(before.words.pending)).toBeVisible();
  await context.close();

  context = await start();
  const after = new Person(context.pages()[0], server);
  await after.goes('/');
  await after.isInRoom();
  await Promise.all([after.sees(text), ben.sees(text)]);
  await after.isSettled();
  expect(after.complaints).toEqual([]);
  await context.close();
  await rm(folder, { recursive: true, force: true });
});

test('two tabs of one person: what one wrote is its own until it goes, and then the other sends it once', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const other = await anotherTab(haeun);
  const texts = ['하나', '둘'].map((text) => server.own(text));
  await goesOffline(haeun);
  for (const text of texts) await haeun.says(text);
  await expect(other.messages(texts[0])).toHaveCount(0);
  await haeun.page.close();
  await other.page.context().setOffline(false);
  for (const text of texts) {
    // It looks for what gone tabs left now and then.
    await expect(other.messages(text)).toHaveCount(1, { timeout: 45_000 });
    await ben.sees(text);
  }
  await other.isSettled();
  expect(await order(ben, texts)).toEqual(texts);
  expect(other.complaints).toEqual([]);
});

test('without locks two tabs may both send a draft: everybody sees it once, also they', async ({ someone, enter, server }) => {
  const ben = await enter('Ben');
  const proxy = await new Proxy(server.url, {}).start();
  const haeun = await someone({ baseURL: proxy.url });
  haeun.expectsOutage();
  haeun.expectsRefusals();
  await haeun.page.context().addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  await haeun.enters(server.own('하은'));
  const text = server.own('한 번만 보여요');
  proxy.habits.isDeaf = true;
  proxy.cut();
  await expect(haeun.page.getByText(haeun.words.reconnecting)).toBeVisible({ timeout: 15_000 });
  await haeun.says(text);
  const other = await anotherTab(haeun);
  await expect(other.messages(text)).toHaveCount(1);
  proxy.habits.isDeaf = false;
  for (const tab of [haeun, other]) {
    await tab.isSettled();
    await tab.sees(text);
  }
  await ben.sees(text);
  await proxy.close();
});

test('somebody else in this browser neither sees nor sends it, and its author finds it again', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const text = server.own('나만 아는 글');
  await goesOffline(haeun);
  await haeun.says(text);
  const context = haeun.page.context();
  const cookies = await context.cookies();
  await haeun.page.close();

  await context.clearCookies();
  await context.setOffline(false);
  const guest = new Person(await context.newPage(), server);
  await guest.enters(server.own('나그네'));
  await guest.says(server.own('제 글이에요'));
  await guest.isSettled();
  await expect(guest.messages(text)).toHaveCount(0);
  await expect(ben.messages(text)).toHaveCount(0);
  await guest.page.close();

  await context.clearCookies();
  await context.addCookies(cookies);
  const back = new Person(await context.newPage(), server);
  await back.goes('/');
  await back.isInRoom();
  await Promise.all([back.sees(text), ben.sees(text)]);
});

test('a text that is not sent yet survives a reload, in each room its own', async ({ enter, server }) => {
  const haeun = await enter('하은');
  const first = await haeun.page.getByRole('heading', { level: 1 }).first().innerText();
  const room = server.own('둘째 방');
  await haeun.composer.fill('첫 방에 쓰다 만\n글');
  await haeun.makesRoom(room);
  await expect(haeun.composer).toHaveValue('');
  await haeun.composer.fill('둘째 방에 쓰다 만 글');
  await haeun.reloads();
  await expect(haeun.composer).toHaveValue('둘째 방에 쓰다 만 글');
  await haeun.opens(first);
  await expect(haeun.composer).toHaveValue('첫 방에 쓰다 만\n글');
  await haeun.composer.press('Enter');
  await haeun.isSettled();
  await haeun.reloads();
  await expect(haeun.composer).toHaveValue('');
  await haeun.opens(room);
  await expect(haeun.composer).toHaveValue('둘째 방에 쓰다 만 글');
});

test('a browser that keeps nothing sends all the same', async ({ someone, enter, server }) => {
  const ben = await enter('Ben');
  const haeun = await someone();
  await haeun.page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('no', 'SecurityError');
    };
    IDBFactory.prototype.open = refuse;
    Storage.prototype.setItem = refuse;
    Storage.prototype.getItem = refuse;
  });
  await haeun.enters(server.own('하은'));
  const text = server.own('남기지 않아도 가요');
  await haeun.says(text);
  await Promise.all([haeun.sees(text), ben.sees(text)]);
  await haeun.isSettled();
});

test.describe('asleep for a minute', () => {
  needsOwnServer();
  test.use({ serverEnv: { MARU_LIMITS: 'off' } });
  test.setTimeout(180_000);

  test('while others write 300 messages, change some and delete some: all of it in order afterwards', async ({ enter, server }) => {
    const { act, seed } = await import('../seed.ts');
    const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
    const room = await haeun.page.getByRole('heading', { level: 1 }).first().innerText();
    const texts = Array.from({ length: 300 }, (_, index) => `${index + 1}번째 글`);
    const before = await seed(ben.page.context(), server.url, room, ['고칠 글', '지울 글', '둘 글']);
    await haeun.sees('둘 글');

    haeun.expectsOutage();
    await haeun.page.context().setOffline(true);
    const slept = Date.now();
    await haeun.says('자면서 쓴 글');
    const seqs = await seed(ben.page.context(), server.url, room, texts);
    await act(ben.page.context(), server.url, room, [
      { kind: 'edit', of: before[0], text: '고친 글' },
      { kind: 'delete', of: before[1] },
      { kind: 'edit', of: seqs[299], text: '300번째 고친 글' },
      { kind: 'delete', of: seqs[298] },
      { kind: 'edit', of: seqs[9], text: '10번째 고친 글' },
      { kind: 'delete', of: seqs[10] },
    ]);
    await haeun.page.waitForTimeout(Math.max(0, 60_000 - (Date.now() - slept)));
    await haeun.page.context().setOffline(false);

    await haeun.sees('자면서 쓴 글');
    await haeun.isSettled();
    await haeun.sees('300번째 고친 글');
    // All the way up, as far as before.
    const first = haeun.timeline.getByText('고친 글', { exact: true });
    await expect(async () => {
      await haeun.timeline.evaluate((log) => (log.scrollTop = 0));
      await expect(first).toBeAttached({ timeout: 200 });
    }).toPass({ timeout: 30_000 });
    const said = texts.filter((_, index) => index !== 10 && index !== 298);
    const expected = ['고친 글', '둘 글', ...said, '자면서 쓴 글'].map((text) =>
      text === '10번째 글' ? '10번째 고친 글' : text === '300번째 글' ? '300번째 고친 글' : text,
    );
    const rows = (await haeun.timeline.getByRole('article').locator('.prose').allInnerTexts()).map((row) => row.trim());
    expect(rows).toEqual(expected);
    await haeun.reloads();
    await haeun.sees('300번째 고친 글');
  });
});
