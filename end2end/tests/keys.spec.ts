// The keyboard alone: the keys of the sheet, and where the focus goes.

import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

const heading = (person: Person, name: string) => person.page.getByRole('heading', { level: 1, name });
const focused = (person: Person) =>
  person.page.evaluate(() => {
    const at = document.activeElement!;
    return ['rail', 'side', 'timeline', 'dock', 'aside'].find((region) => at.closest(`.${region}`)) ?? at.tagName;
  });

test('Alt and arrows go through the rooms, with Shift to those with news, and one writes at once', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const rooms = ['가 방', '나 방', '다 방'].map((name) => server.own(name));
  for (const room of rooms) await haeun.makesRoom(room);
  await haeun.page.keyboard.press('Alt+ArrowUp');
  await expect(heading(haeun, rooms[1])).toBeVisible();
  await expect(haeun.composer).toBeFocused();
  await haeun.page.keyboard.press('Alt+ArrowUp');
  await expect(heading(haeun, rooms[0])).toBeVisible();
  await haeun.page.keyboard.press('Alt+ArrowDown');
  await expect(heading(haeun, rooms[1])).toBeVisible();

  await ben.opens(rooms[0]);
  await ben.page.getByRole('button', { name: ben.words.join }).click();
  await ben.says('새 소식');
  await expect(haeun.roomLink(rooms[0])).toContainText(haeun.words.unread(1), { timeout: 30_000 });
  await haeun.page.keyboard.press('Alt+Shift+ArrowDown');
  await expect(heading(haeun, rooms[0])).toBeVisible();
  await haeun.sees('새 소식');
});

test('F6 goes around the regions, and back with Shift', async ({ enter }) => {
  const person = await enter('하은');
  await person.composer.focus();
  const seen: string[] = [];
  for (let step = 0; step < 4; step += 1) {
    await person.page.keyboard.press('F6');
    seen.push(await focused(person));
  }
  expect(seen).toEqual(['rail', 'side', 'timeline', 'dock']);
  await person.page.keyboard.press('Shift+F6');
  expect(await focused(person)).toBe('timeline');
});

test('a question mark shows the keys where nothing is typed, and Escape gives the focus back', async ({ enter }) => {
  const person = await enter('하은');
  const sheet = person.page.getByRole('dialog', { name: '단축키' });
  await person.composer.fill('');
  await person.composer.press('?');
  await expect(person.composer).toHaveValue('?');
  await expect(sheet).toBeHidden();
  await person.composer.fill('');
  await person.timeline.focus();
  await person.page.keyboard.press('?');
  await expect(sheet).toBeVisible();
  await expect(sheet.getByText('빠른 이동')).toBeVisible();
  await person.page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(person.timeline).toBeFocused();
});

test('with the keyboard alone: come in, make a room, write, go through the messages, and back', async ({ someone, server }) => {
  const person = await someone();
  await person.goes('/');
  await person.nameField.focus();
  await person.page.keyboard.type(server.own('글쇠'));
  await person.page.keyboard.press('Enter');
  await person.isInRoom();

  const make = person.page.getByRole('button', { name: person.words.createRoom, exact: true });
  await make.focus();
  await person.page.keyboard.press('Enter');
  const room = server.own('글쇠 방');
  await expect(person.page.getByRole('textbox', { name: person.words.roomName })).toBeFocused();
  await person.page.keyboard.type(room);
  await person.page.keyboard.press('Enter');
  await expect(heading(person, room)).toBeVisible();
  await expect(person.composer).toBeFocused();
  for (const text of ['하나', '둘']) {
    await person.page.keyboard.type(text);
    await person.page.keyboard.press('Enter');
    await person.sees(text);
    await expect(person.composer).toBeFocused();
  }
  await person.isSettled();
  await person.page.keyboard.press('Shift+F6');
  await person.page.keyboard.press('ArrowUp');
  await expect(person.messages('둘')).toBeFocused();
  await person.page.keyboard.press('ArrowUp');
  await expect(person.messages('하나')).toBeFocused();
  await person.page.keyboard.press('Escape');
  await expect(person.composer).toBeFocused();
});

test('parts of the room list fold, and stay folded', async ({ enter, server }) => {
  const person = await enter('하은');
  const room = server.own('접는 방');
  await person.makesRoom(room);
  const head = person.roomList.locator('summary').filter({ hasText: '방' }).first();
  await head.focus();
  await person.page.keyboard.press('Enter');
  await expect(person.roomLink(room)).toBeHidden();
  await person.reloads();
  await expect(person.roomLink(room)).toBeHidden();
  await person.roomList.locator('summary').first().click();
  await expect(person.roomLink(room)).toBeVisible();
});

test('a name that is too long ends in dots and tells itself whole', async ({ enter, server }) => {
  const person = await enter('하은');
  const room = server.own('아주 길고 길어서 도무지 다 보일 수 없는 방의 이름이에요');
  await person.makesRoom(room);
  const name = person.roomLink(room).locator('.room-link__name');
  await expect(name).toHaveAttribute('title', room);
  expect(await name.evaluate((name) => name.scrollWidth > name.clientWidth)).toBe(true);
});
