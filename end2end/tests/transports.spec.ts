// Where no socket comes through, the page talks by plain requests, and says so calmly.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { type Habits, Proxy } from '../proxy.ts';
import type { Server } from '../server.ts';
import { words } from '../words.ts';

type Someone = (options: { baseURL: string }) => Promise<Person>;

async function behind(server: Server, someone: Someone, habits: Habits): Promise<{ proxy: Proxy; person: Person }> {
  const proxy = await new Proxy(server.url, habits).start();
  const person = await someone({ baseURL: proxy.url });
  // The browser notes the sockets that were refused.
  person.expectsOutage();
  await person.enters(server.own('하은'));
  return { proxy, person };
}

async function talkBothWays(haeun: Person, ben: Person, tail: string): Promise<void> {
  for (const turn of [1, 2, 3]) {
    await haeun.says(`${turn} 여기요 ${tail}`);
    await Promise.all([ben.sees(`${turn} 여기요 ${tail}`), haeun.isSettled()]);
    await ben.says(`${turn} 네 ${tail}`);
    await haeun.sees(`${turn} 네 ${tail}`);
  }
  await haeun.sees(`3 여기요 ${tail}`);
}

test('behind a proxy that refuses sockets the page talks by a stream, both ways', async ({ someone, enter, server }) => {
  const ben = await enter('Ben');
  const { proxy, person } = await behind(server, someone, { refusesSockets: true });
  await expect(person.page.getByText(person.words.plain)).toBeVisible({ timeout: 20_000 });
  await talkBothWays(person, ben, server.own(''));
  expect(proxy.seen.filter((line) => line.startsWith('POST /v1/sync text/event-stream'))).toHaveLength(1);
  expect(proxy.seen.some((line) => line.startsWith('POST /v1/sync application/json'))).toBe(false);
  await person.reloads();
  await person.sees(`3 네 ${server.own('')}`);
  await proxy.close();
});

test('why the connection is slower is told beside it, in both languages, and what is being written stays', async ({ someone, server }) => {
  const proxy = await new Proxy(server.url, { refusesSockets: true }).start();
  const read = {
    ko: { why: '왜 그런가요?', title: '왜 조금 느린 연결인가요?' },
    en: { why: 'Why?', title: 'Why is the connection slower?' },
  };
  for (const lang of ['ko', 'en'] as const) {
    const person = await someone({ baseURL: proxy.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US' });
    person.words = words[lang];
    person.expectsOutage();
    await person.enters(server.own(lang === 'ko' ? '하은' : 'Ben'));
    const strip = person.page.getByRole('status').filter({ hasText: person.words.plain });
    await expect(strip).toBeVisible({ timeout: 20_000 });
    await person.composer.fill('아직 쓰는 중');
    const opened = person.page.context().waitForEvent('page');
    await strip.getByRole('link', { name: read[lang].why }).click();
    const page = await opened;
    await expect(page.getByRole('heading', { level: 1, name: read[lang].title })).toBeVisible();
    await expect(page.getByRole('region')).toHaveCount(4);
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    expect(violations).toEqual([]);
    await expect(person.composer).toHaveValue('아직 쓰는 중');
  }
  await proxy.close();
});

test('behind one that also holds answers back it talks by polls, both ways', async ({ someone, enter, server }) => {
  test.setTimeout(120_000);
  const ben = await enter('Ben');
  const { proxy, person } = await behind(server, someone, { refusesSockets: true, holdsBack: true });
  await expect(person.page.getByText(person.words.plain)).toBeVisible({ timeout: 45_000 });
  await talkBothWays(person, ben, server.own(''));
  expect(proxy.seen.some((line) => line.startsWith('POST /v1/sync application/json'))).toBe(true);
  // A room that is not on screen has news too; without any, a poll is not answered, and so not repeated.
  await person.makesRoom(server.own('둘째 방'));
  await person.reloads();
  await expect(person.page.getByText(person.words.plain)).toBeVisible({ timeout: 45_000 });
  await person.opens('마루');
  const polls = () => proxy.seen.filter((line) => line.startsWith('POST /v1/sync')).length;
  // Each piece of news is one answer and one new question, and nothing else is asked meanwhile.
  await ben.says(server.own('첫 소식'));
  await person.sees(server.own('첫 소식'));
  const before = polls();
  await ben.says(server.own('다음 소식'));
  await person.sees(server.own('다음 소식'));
  expect(polls() - before).toBeLessThanOrEqual(4);
  // What comes while nobody asks is not missed either.
  await ben.says(server.own('한참 뒤에'));
  await person.sees(server.own('한참 뒤에'));
  await proxy.close();
});

test('when the network is another one, the socket is tried again', async ({ someone, enter, server }) => {
  const ben = await enter('Ben');
  const { proxy, person } = await behind(server, someone, { refusesSockets: true });
  await expect(person.page.getByText(person.words.plain)).toBeVisible({ timeout: 20_000 });
  proxy.habits.refusesSockets = false;
  await person.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(person.page.getByText(person.words.plain)).toBeHidden();
  await talkBothWays(person, ben, server.own(''));
  await proxy.close();
});

test('a stream that is cut is mended, and nothing is lost or doubled', async ({ someone, enter, server }) => {
  const ben = await enter('Ben');
  const { proxy, person } = await behind(server, someone, { refusesSockets: true });
  await expect(person.page.getByText(person.words.plain)).toBeVisible({ timeout: 20_000 });
  const texts = Array.from({ length: 12 }, (_, index) => server.own(`${index + 1}번`));
  for (const [turn, text] of texts.entries()) {
    await (turn % 2 ? ben : person).says(text);
    if (turn % 4 === 2) proxy.cut();
  }
  for (const text of texts) await Promise.all([person.sees(text), ben.sees(text)]);
  await person.isSettled();
  const rows = (one: Person) => one.timeline.getByRole('article').locator('.prose').allInnerTexts();
  expect(await rows(person)).toEqual(await rows(ben));
  await proxy.close();
});
