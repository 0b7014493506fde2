// States of the design's gallery that need a journey to be seen: what the page of stories cannot show.

import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { expect, needsOwnServer, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { words } from '../words.ts';

const reading = {
  ko: {
    back: /다시 이어졌어요/,
    waiting: (count: number) => new RegExp(`글 ${count}개가 보내기를 기다려요`),
    kept: /보내지 못했어요. 글은 그대로 있어요/,
    discard: '지우기',
    retry: '다시 보내기',
    left: (count: number) => `${count}자 더 쓸 수 있어요`,
    joined: /들어왔어요/,
    none: '찾는 이모지가 없어요',
    mute: '알리지 않기',
    everything: '모든 글',
    gone: '이 방은 여기 없어요',
    browse: '방 둘러보기',
    firstWord: '첫 글을 기다려요',
    hello: '👋 인사하기',
    invite: '사람들 초대하기',
  },
  en: {
    back: /Back in sync/,
    waiting: (count: number) => new RegExp(`${count} messages? waiting to send`),
    kept: /Not sent. Your message is kept/,
    discard: 'Discard',
    retry: 'Retry',
    left: (count: number) => `${count} characters left`,
    joined: /joined/,
    none: 'No emoji found',
    mute: 'Nothing',
    everything: 'Every message',
    gone: 'This room isn’t here',
    browse: 'Browse rooms',
    firstWord: 'Waiting for the first word',
    hello: '👋 Say hello',
    invite: 'Invite people',
  },
};

const speaks = (person: Person, lang: 'ko' | 'en'): (typeof reading)['ko'] => {
  person.words = words[lang];
  return reading[lang];
};

/** Comes in, reading this language. */
async function enters(person: Person, lang: 'ko' | 'en', name: string): Promise<(typeof reading)['ko']> {
  const read = speaks(person, lang);
  await person.enters(name);
  return read;
}

const locale = { ko: { locale: 'ko-KR' }, en: { locale: 'en-US' } };

/** Lies wholly within the window. */
async function isInWindow(person: Person, what: Locator): Promise<void> {
  await expect
    .poll(async () => {
      const box = await what.boundingBox();
      const { width, height } = person.page.viewportSize()!;
      return box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
    })
    .toBe(true);
}

test.describe('with a server that goes away', () => {
  needsOwnServer();

  test('a lost connection says how much waits, and says so when it is back, in both languages', async ({ someone, server }) => {
    const [haeun, ben] = [await someone(locale.ko), await someone(locale.en)];
    const [ko, en] = [await enters(haeun, 'ko', '하은'), await enters(ben, 'en', 'Ben')];
    await server.kill9();
    const strip = (person: Person) => person.page.locator('.conn-region');
    await expect(strip(haeun)).toContainText(haeun.words.reconnecting, { timeout: 15_000 });
    await expect(strip(ben)).toContainText(ben.words.reconnecting, { timeout: 15_000 });
    await haeun.says('기다리는 글');
    await ben.says('one');
    await ben.says('two');
    await expect(strip(haeun)).toContainText(ko.waiting(1));
    await expect(strip(ben)).toContainText(en.waiting(2));
    // It is told for three seconds: whoever looks has it in sight.
    const seen = Promise.all([
      expect(strip(haeun)).toContainText(ko.back, { timeout: 40_000 }),
      expect(strip(ben)).toContainText(en.back, { timeout: 40_000 }),
    ]);
    await server.start();
    await seen;
    await haeun.sees('two');
    await ben.sees('기다리는 글');
    await expect(strip(haeun)).toBeEmpty({ timeout: 15_000 });
  });

  test('what the room does not take any more is kept with its reason, tried again, and discarded', async ({ enter, server }) => {
    const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
    const read = speaks(ben, 'ko');
    await haeun.makesRoom('잠깐');
    const room = (await haeun.timeline.getAttribute('data-room'))!;
    await ben.page.evaluate((room) => fetch('/api/join_room', { method: 'POST', body: new URLSearchParams({ room }) }), room);
    await ben.opens('잠깐');
    await ben.says('들려요?');
    await haeun.sees('들려요?');
    // What is said while nobody listens waits. The room is archived before it can go out.
    await server.kill9();
    await expect(ben.page.getByText(ben.words.reconnecting)).toBeVisible({ timeout: 15_000 });
    await ben.page.context().setOffline(true);
    await ben.says('늦은 글');
    await server.start();
    await haeun.reloads();
    await haeun.page.getByRole('button', { name: haeun.words.roomMenu }).click();
    await haeun.page.getByRole('menuitem', { name: haeun.words.archive }).click();
    await expect(haeun.page.getByText(haeun.words.archived)).toBeVisible();
    await ben.page.context().setOffline(false);

    const late = ben.messages('늦은 글');
    await expect(late).toContainText(read.kept, { timeout: 40_000 });
    await expect(late).toHaveClass(/is-failed/);
    await late.getByRole('button', { name: read.retry }).click();
    await expect(late).toContainText(read.kept, { timeout: 20_000 });
    await late.getByRole('button', { name: read.discard, exact: true }).click();
    await expect(late).toHaveCount(0);
  });
});

for (const lang of ['ko', 'en'] as const) {
  test(`beside the sheet the list keeps all that stands in it, at 1024 px: ${lang}`, async ({ someone, server }) => {
    const person = await someone({ ...locale[lang], viewport: { width: 1024, height: 768 } });
    await enters(person, lang, server.own('하은'));
    const sheet = (await person.page.locator('.sheet').boundingBox())!;
    const list = person.page.getByRole('region', { name: person.words.roomList });
    for (const inside of [...(await list.getByRole('link').all()), ...(await list.getByRole('button').all())]) {
      if (!(await inside.isVisible())) continue;
      const box = (await inside.boundingBox())!;
      expect(box.x + box.width, await inside.innerText()).toBeLessThanOrEqual(sheet.x);
    }
    await person.opensRoomDialog();
  });

  test(`of the three ways to be told of a room, the one that was chosen is marked: ${lang}`, async ({ someone, server }) => {
    const person = await someone(locale[lang]);
    const read = await enters(person, lang, server.own('하은'));
    const menu = person.page.getByRole('menu', { name: person.words.roomMenu });
    const level = (name: string) => menu.getByRole('menuitemradio', { name });
    const opens = async () => {
      await person.page.getByRole('button', { name: person.words.roomMenu }).click();
      await expect(menu).toBeVisible();
    };
    await opens();
    await expect(menu.getByRole('menuitemradio', { checked: true })).toHaveText(read.everything);
    await expect(level(read.everything).locator('.icon')).toBeVisible();
    await expect(level(read.mute).locator('.icon')).toBeHidden();
    await level(read.mute).click();
    if (!(await menu.isVisible())) await opens();
    await expect(menu.getByRole('menuitemradio', { checked: true })).toHaveText(read.mute);
    await expect(level(read.mute).locator('.icon')).toBeVisible();
    await expect(level(read.everything).locator('.icon')).toBeHidden();
  });

  test(`from a room that is not here one comes to the rooms that are: ${lang}`, async ({ someone, server }) => {
    const person = await someone(locale[lang]);
    const read = await enters(person, lang, server.own('하은'));
    person.expectsRefusals();
    await person.goes('/s/maru/nowhere');
    const nothing = person.page.locator('.empty');
    await expect(nothing.getByRole('heading', { name: read.gone })).toBeVisible();
    await nothing.getByRole('link', { name: read.browse }).click();
    await expect(person.page).toHaveURL(/\/s\/maru\/-\/rooms$/);
    await expect(person.page.getByRole('heading', { level: 1 })).toBeVisible();
  });

  test(`an empty room offers a first word and people: ${lang}`, async ({ someone, server }) => {
    const person = await someone(locale[lang]);
    const read = await enters(person, lang, server.own('하은'));
    await person.makesRoom(server.own('빈 방'));
    const nothing = person.page.locator('.empty');
    await expect(nothing.getByRole('heading', { name: read.firstWord })).toBeVisible();
    await person.timeline.focus();
    const address = person.page.url();
    await nothing.getByRole('link', { name: read.hello }).click();
    await expect(person.composer).toBeFocused();
    expect(person.page.url()).toBe(address);
    if (process.env.SHOTS) await person.page.screenshot({ path: `${process.env.SHOTS}/empty-${lang}.png` });
    await nothing.getByRole('link', { name: read.invite }).click();
    await expect(person.page).toHaveURL(/\/-\/room\/[^/]+#invite$/);
    await expect(person.page.locator('#invite')).toBeVisible();
    await person.page.goBack();
    await person.isInRoom();
    await person.says(server.own('첫 글'));
    await expect(nothing).toHaveCount(0);
  });

  test(`how much more fits is said when little is left: ${lang}`, async ({ someone, server }) => {
    const person = await someone(locale[lang]);
    const read = await enters(person, lang, server.own('하은'));
    await person.composer.fill('가'.repeat(7_400));
    await expect(person.page.locator('.composer__count')).toHaveCount(0);
    await person.composer.fill('가'.repeat(7_900));
    await expect(person.page.getByText(read.left(100))).toBeVisible();
  });
}

test('a message that calls one stands out among the others, in both forms', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const [calls, says] = [server.own('여기 좀 봐요'), server.own('그냥 하는 말')];
  await ben.says(`@${haeun.name} ${calls}`);
  await ben.says(says);
  await haeun.sees(says);
  const calling = haeun.timeline.getByRole('article').filter({ hasText: calls });
  const ground = (row: Locator, part: string) =>
    row.evaluate((row, part) => getComputedStyle(part ? row.querySelector(part)! : row).backgroundColor, part);
  expect(await ground(calling, '.bubble')).not.toBe(await ground(haeun.messages(says), '.bubble'));
  await haeun.page.getByRole('button', { name: haeun.words.me }).click();
  await haeun.page.getByRole('button', { name: haeun.words.compact }).click();
  await haeun.page.keyboard.press('Escape');
  await expect(haeun.timeline).toHaveAttribute('data-density', 'compact');
  expect(await ground(calling, '')).not.toBe(await ground(haeun.messages(says), ''));
  // To who calls, it is a message like any other.
  expect(await ground(ben.timeline.getByRole('article').filter({ hasText: calls }), '.bubble')).toBe(
    await ground(ben.messages(says), '.bubble'),
  );
});

test('in the compact form, that a message was edited is told within its row', async ({ enter, server }) => {
  const person = await enter('하은');
  await person.page.getByRole('button', { name: person.words.me }).click();
  await person.page.getByRole('button', { name: person.words.compact }).click();
  await person.page.keyboard.press('Escape');
  const [first, before, after] = [server.own('먼저'), server.own('고칠 글'), server.own('고친 글')];
  await person.says(first);
  await person.says(before);
  await person.isSettled();
  await person.edits(before, after);
  const mark = person.messages(after).getByRole('button', { name: person.words.edited });
  await expect(mark).toBeVisible();
  const [row, box] = [(await person.messages(after).boundingBox())!, (await mark.boundingBox())!];
  const text = (await person.messages(after).locator('.bubble').boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(row.x);
  expect(box.y, 'below the text, not over it').toBeGreaterThanOrEqual(text.y + text.height - 1);
});

test('in a room that one may only read, nothing is offered that one may not do', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const name = server.own('빈 방');
  await haeun.makesRoom(name);
  await ben.opens(name);
  const nothing = ben.page.locator('.empty');
  await expect(nothing.getByRole('heading', { name: reading.ko.firstWord })).toBeVisible();
  await expect(nothing.getByRole('link')).toHaveCount(0);
  await ben.page.getByRole('button', { name: ben.words.join }).click();
  await expect(nothing.getByRole('link', { name: reading.ko.hello })).toBeVisible();
});

test('where a room that was never here is long in coming, it shows that it comes', async ({ enter }) => {
  const person = await enter('하은');
  await person.goes('/s/maru');
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  await person.page.route('**/api/room_page?*', async (route) => {
    await opened;
    await route.continue();
  });
  const drawn = () =>
    person.page.locator('.sheet').evaluate((sheet) => {
      const style = getComputedStyle(sheet, '::before');
      return style.content === 'none' ? 'nothing' : Number(style.opacity) > 0.4 ? 'messages' : 'soon';
    });
  expect(await drawn()).toBe('nothing');
  await person.roomLink('마루').click();
  await expect.poll(drawn).toBe('messages');
  if (process.env.SHOTS) await person.page.screenshot({ path: `${process.env.SHOTS}/coming.png` });
  open();
  await expect(person.timeline).toBeVisible();
  expect(await drawn()).toBe('nothing');
});

test('several who come in are told in one line, which unfolds', async ({ enter }) => {
  const haeun = await enter('하은');
  const [ben, ana] = [await enter('Ben'), await enter('Ana')];
  const line = haeun.timeline.getByRole('group').filter({ hasText: reading.ko.joined });
  await expect(line.getByRole('listitem').filter({ hasText: ben.name })).toBeHidden();
  await line.getByText(reading.ko.joined).first().click();
  for (const person of [ben, ana]) await expect(line.getByRole('listitem').filter({ hasText: person.name })).toBeVisible();
});

test('who wrote a message is told by a card that opens from the name, on a phone too', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const text = server.own('명함 한 장');
  await ben.says(text);
  await haeun.sees(text);
  for (const [width, height] of [[1280, 800], [390, 844]]) {
    await haeun.page.setViewportSize({ width, height });
    await haeun.messages(text).getByRole('button', { name: ben.name, exact: true }).click();
    const card = haeun.page.getByRole('dialog').filter({ hasText: `@${ben.name}` });
    await expect(card.getByRole('heading', { name: ben.name })).toBeVisible();
    await isInWindow(haeun, card);
    await haeun.page.keyboard.press('Escape');
    await expect(card).toBeHidden();
  }
});

test('the picker of emoji stands beside its button, at the foot of a phone, and says when nothing fits', async ({ enter }) => {
  const person = await enter('하은');
  const button = person.page.getByRole('form').getByRole('button', { name: '이모지', exact: true });
  const picker = person.page.getByRole('dialog', { name: person.words.pickEmoji });
  await button.click();
  await expect(picker.getByRole('gridcell').first()).toBeVisible();
  await isInWindow(person, picker);
  await picker.getByRole('searchbox').fill('쀍쀍');
  await expect(picker.getByRole('gridcell')).toHaveCount(0);
  await expect(picker.getByRole('status')).toHaveText(reading.ko.none);
  await picker.getByRole('searchbox').fill('');
  await person.page.keyboard.press('Escape');
  await expect(picker).toBeHidden();

  await person.page.setViewportSize({ width: 390, height: 844 });
  await button.click();
  await expect(picker).toBeVisible();
  await expect
    .poll(async () => {
      const box = (await picker.boundingBox())!;
      return Math.round(box.y + box.height);
    })
    .toBe(844);
});

test('every story fits a phone, and is within WCAG 2.2 AA there, in English', async ({ someone }) => {
  const person = await someone({ ...locale.en, viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  await person.page.goto('/stories');
  await expect(person.page.getByText(words.en.pending).first()).toBeVisible();
  await expect(person.page.getByText('New since you left')).toBeVisible();
  const aside = await person.page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth);
  expect(aside).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page: person.page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    // The same component stands here several times, each with the ids of its one place in a room.
    .disableRules(['duplicate-id-aria'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
});
