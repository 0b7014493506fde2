// What is suggested while one writes: people, emoji and commands. The focus stays in the field, and a syllable that
// is being composed is left alone.

import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

const list = (person: Person) => person.page.getByRole('listbox');
const options = (person: Person) => list(person).getByRole('option');
const chosen = (person: Person) => list(person).locator('[aria-selected="true"]');

test('a person is found by initial consonants, chosen by the keys, and called', async ({ enter, server }) => {
  const [ben, haeun] = [await enter('Ben'), await enter('하은')];
  await ben.composer.pressSequentially('@ㅎㅇ');
  await expect(options(ben).first()).toContainText(server.own('하은'));
  await expect(ben.composer).toHaveAttribute('aria-controls', 'suggest');
  await expect(ben.composer).toHaveAttribute('aria-activedescendant', 'suggest-0');
  await expect(chosen(ben)).toHaveCount(1);
  await ben.page.keyboard.press('Enter');
  await expect(ben.composer).toHaveValue(`@${server.own('하은')} `);
  await expect(ben.composer).toBeFocused();
  await expect(list(ben)).toHaveCount(0);
  await expect(ben.composer).not.toHaveAttribute('aria-activedescendant');
  await ben.page.keyboard.type('점심?');
  await ben.page.keyboard.press('Enter');
  await haeun.sees(`@${server.own('하은')} 점심?`);
});

test('arrows go round, Escape sends the list away, Tab and the mouse choose', async ({ enter }) => {
  const person = await enter('Ben');
  await person.composer.pressSequentially('/');
  await expect(options(person).first()).toBeVisible();
  const count = await options(person).count();
  await person.page.keyboard.press('ArrowUp');
  await expect(options(person).nth(count - 1)).toHaveAttribute('aria-selected', 'true');
  await person.page.keyboard.press('ArrowDown');
  await expect(options(person).first()).toHaveAttribute('aria-selected', 'true');
  await person.page.keyboard.press('Escape');
  await expect(list(person)).toHaveCount(0);
  await person.page.keyboard.type('s');
  await expect(list(person)).toHaveCount(0);
  await person.composer.fill('');
  await person.composer.pressSequentially('/shr');
  await person.page.keyboard.press('Tab');
  await expect(person.composer).toHaveValue('/shrug ');
  await person.composer.fill('');
  await person.composer.pressSequentially('/me');
  await options(person).filter({ hasText: '/me' }).first().click();
  await expect(person.composer).toHaveValue('/me ');
  await expect(person.composer).toBeFocused();
});

test('an emoji is found by its name in both languages, and put in when its name is closed', async ({ enter }) => {
  const person = await enter('Ben');
  await person.composer.pressSequentially('좋아요 :thumbsu');
  await expect(options(person).first()).toContainText('👍');
  await person.page.keyboard.press('Enter');
  await expect(person.composer).toHaveValue('좋아요 👍');
  await person.composer.fill('');
  await person.composer.pressSequentially(':엄지');
  await expect(options(person).first()).toBeVisible();
  await person.composer.fill('');
  await person.composer.pressSequentially('ok :joy:');
  await expect(person.composer).toHaveValue('ok 😂');
  await person.composer.fill('');
  await person.composer.pressSequentially('12:30:00 :) http://a.b');
  await expect(list(person)).toHaveCount(0);
});

test('Enter that finishes a syllable does not choose; the next one does', async ({ enter, server }) => {
  const [ben] = [await enter('Ben'), await enter('하은')];
  await ben.composer.click();
  await ben.page.keyboard.type('@');
  const cdp = await ben.page.context().newCDPSession(ben.page);
  for (const text of ['ㅎ', '하', '항']) {
    await cdp.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 });
  }
  await expect(options(ben).first()).toContainText(server.own('하은'));
  const key = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 };
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
  await expect(ben.composer).toHaveValue('@항');
  await cdp.send('Input.insertText', { text: '하' });
  await ben.page.keyboard.press('Enter');
  await expect(ben.composer).toHaveValue(`@${server.own('하은')} `);
});

test('commands do what they say, what is none says so, and two slashes are one', async ({ enter, server }) => {
  const [ben, haeun] = await Promise.all([enter('Ben'), enter('하은')]);
  await ben.says('/topic 가을 준비');
  await expect(ben.page.locator('.roomhead')).toContainText('가을 준비');
  await expect(ben.composer).toHaveValue('');
  await ben.says('/shrug 글쎄');
  await haeun.sees('글쎄 ¯\\_(ツ)_/¯');
  await ben.says('/nosuch 명령');
  await expect(ben.page.getByText('그런 명령은 없어요')).toBeVisible();
  await expect(ben.composer).toHaveValue('/nosuch 명령');
  await ben.page.getByRole('button', { name: '글로 보내기' }).click();
  await haeun.sees('/nosuch 명령');
  await ben.says(`//${server.own('topic')}`);
  await haeun.sees(`/${server.own('topic')}`);
  await ben.says('/help');
  await expect(ben.composer).toHaveValue('/');
  await expect(options(ben).first()).toBeVisible();
});
