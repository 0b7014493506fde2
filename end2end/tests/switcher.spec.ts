// The quick switcher: rooms, people and pages by what is typed of them.

import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

const box = (person: Person) => person.page.getByRole('combobox', { name: '이동할 곳' });
const options = (person: Person) => person.page.getByRole('option');
const chosen = (person: Person) => person.page.getByRole('option', { selected: true });

async function opens(person: Person): Promise<void> {
  await person.page.keyboard.press('Control+K');
  await expect(box(person)).toBeFocused();
}

async function isIn(person: Person, room: string): Promise<void> {
  await expect(person.page.getByRole('heading', { level: 1, name: room })).toBeVisible();
}

test('a few letters, initial consonants too, and Enter lead to a room; one can write there at once', async ({ enter, server }) => {
  const person = await enter('하은');
  const [tea, summer] = [server.own('차 마시기'), server.own('여름-출시')];
  await person.makesRoom(tea);
  await person.makesRoom(summer);

  await opens(person);
  await box(person).fill('ㅊㅁ');
  await expect(chosen(person)).toHaveAccessibleName(new RegExp(tea));
  await expect(chosen(person).locator('mark')).toHaveText('차 마');
  await box(person).press('Enter');
  await isIn(person, tea);
  await expect(person.composer).toBeFocused();

  // The last room is the first that is offered: back and forth is two keys.
  await opens(person);
  await expect(chosen(person)).toHaveAccessibleName(new RegExp(summer));
  await box(person).press('Enter');
  await isIn(person, summer);
  await person.composer.pressSequentially('여기');
  await expect(person.composer).toHaveValue('여기');
});

test('arrows walk, Escape leads back to where one was, and what fits nothing says so', async ({ enter }) => {
  const person = await enter('하은');
  await person.composer.focus();
  await opens(person);
  const count = await options(person).count();
  expect(count).toBeGreaterThan(1);
  await box(person).press('ArrowUp');
  await expect(options(person).last()).toHaveAttribute('aria-selected', 'true');
  await box(person).press('ArrowDown');
  await expect(options(person).first()).toHaveAttribute('aria-selected', 'true');
  const active = await box(person).getAttribute('aria-activedescendant');
  await expect(chosen(person)).toHaveAttribute('id', active!);
  await box(person).fill('뷁뷁');
  await expect(person.page.getByText('“뷁뷁”에 맞는 방이나 사람이 없어요')).toBeVisible();
  await person.page.keyboard.press('Escape');
  await expect(box(person)).toBeHidden();
  await expect(person.composer).toBeFocused();
});

test('Enter that ends a syllable goes nowhere', async ({ enter }) => {
  const person = await enter('하은');
  const here = person.page.url();
  await opens(person);
  await box(person).dispatchEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 229, isComposing: true });
  await expect(box(person)).toBeVisible();
  expect(person.page.url()).toBe(here);
});

test('a person is found and written to; later by the room that there is', async ({ enter, server }) => {
  const names = [server.own('서지민'), server.own('최정우')];
  const [jimin, jungwoo] = [await enter(names[0]), await enter(names[1])];
  for (const name of names) await server.runs('space', 'role', 'maru', name, 'member');
  await jimin.reloads();
  await opens(jimin);
  await box(jimin).fill('ㅊㅈㅇ');
  await expect(chosen(jimin)).toHaveAccessibleName(new RegExp(names[1]));
  await box(jimin).press('Enter');
  await isIn(jimin, names[1]);
  await jimin.page.getByRole('textbox', { name: /대화에 글 남기기$/ }).fill('차 한잔해요');
  await jimin.page.keyboard.press('Enter');
  await jimin.isSettled();

  // What is new is marked where one looks for it.
  await jungwoo.reloads();
  await opens(jungwoo);
  await expect(jungwoo.page.getByRole('option', { name: names[0] })).toContainText('새 글 1개');
  await jungwoo.page.getByRole('option', { name: names[0] }).click();
  await jungwoo.sees('차 한잔해요');
});
