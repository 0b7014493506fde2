import { expect, test } from '../fixtures.ts';
import { words } from '../words.ts';

test.describe('a browser that prefers English', () => {
  test.use({ locale: 'en-US' });

  test('reads English, from the doorway on', async ({ someone, server }) => {
    const person = await someone();
    person.words = words.en;
    await person.enters(server.own('Ben'));
    await expect(person.page.locator('html')).toHaveAttribute('lang', 'en');
    await person.says('Hello');
    await person.sees('Hello');
    await expect(person.page.getByRole('button', { name: words.en.createRoom })).toBeVisible();
  });
});

test('a language that was chosen is kept', async ({ enter }) => {
  const person = await enter('하은');
  await expect(person.page.locator('html')).toHaveAttribute('lang', 'ko');
  await person.page.getByRole('button', { name: person.words.me }).click();
  await person.page.getByRole('button', { name: person.words.english, exact: true }).click();
  await expect(person.page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(person.page.getByRole('textbox', { name: words.en.composer })).toBeVisible();

  await person.reloads();
  await expect(person.page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(person.page.getByRole('textbox', { name: words.en.composer })).toBeVisible();
});

test('light, dark and the form of messages are kept', async ({ enter }) => {
  const person = await enter('하은');
  await person.says('어둠 속에서');
  await person.isSettled();
  await person.page.getByRole('button', { name: person.words.me }).click();
  await person.page.getByRole('button', { name: person.words.dark, exact: true }).click();
  await expect(person.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await person.page.getByRole('button', { name: person.words.compact, exact: true }).click();
  await expect(person.timeline).toHaveAttribute('data-density', 'compact');

  await person.reloads();
  await expect(person.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(person.timeline).toHaveAttribute('data-density', 'compact');
  await person.sees('어둠 속에서');
});
