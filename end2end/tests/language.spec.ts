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

test('how much the words stand out is chosen, kept, and stronger than the system', async ({ enter, someone }) => {
  const person = await enter('하은', { contrast: 'more' });
  const html = person.page.locator('html');
  const ink = () => person.page.evaluate(() => getComputedStyle(document.querySelector('.timeline')!).getPropertyValue('--ink-3'));
  await expect(html).not.toHaveAttribute('data-contrast');
  const bySystem = await ink();

  const choose = async (name: string, chosen: string | null) => {
    await person.goes('/settings');
    const choice = () => person.page.getByRole('group', { name: person.words.contrast });
    await choice().getByRole('button', { name, exact: true }).click();
    await expect(person.page).toHaveURL(/\/settings$/);
    await expect(choice().getByRole('button', { name, exact: true })).toHaveAttribute('aria-pressed', 'true');
    await person.goes('/');
    await person.isInRoom();
    if (chosen) await expect(html).toHaveAttribute('data-contrast', chosen);
    else await expect(html).not.toHaveAttribute('data-contrast');
  };
  await choose(person.words.contrastOff, 'standard');
  const drawn = await ink();
  expect(drawn).not.toBe(bySystem);
  await person.reloads();
  await expect(html).toHaveAttribute('data-contrast', 'standard');
  await choose(person.words.contrastOn, 'more');
  expect(await ink()).toBe(bySystem);
  await choose(person.words.bySystem, null);
  expect(await ink()).toBe(bySystem);

  // It needs no script.
  const plain = await someone({ javaScriptEnabled: false, storageState: await person.page.context().storageState() });
  await plain.page.goto('/settings');
  const choice = plain.page.getByRole('group', { name: plain.words.contrast });
  await choice.getByRole('button', { name: plain.words.contrastOn, exact: true }).click();
  await expect(plain.page.locator('html')).toHaveAttribute('data-contrast', 'more');
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
