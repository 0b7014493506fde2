import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';

const sideways = (page: Page) =>
  page.evaluate(() => {
    const root = document.scrollingElement!;
    return root.scrollWidth - root.clientWidth;
  });

for (const width of [320, 390, 1024, 1440]) {
  test(`nothing scrolls sideways at ${width} px`, async ({ enter, someone, server }) => {
    const viewport = { width, height: 800 };
    const outside = await someone({ viewport });
    await outside.goes('/');
    expect(await sideways(outside.page)).toBe(0);

    const person = await enter('가나다라마바사아자차카타파하', { viewport });
    for (const text of ['짧은 글', 'W'.repeat(400), `https://example.org/${'a/'.repeat(150)}`, '띄어쓰기없는긴한글'.repeat(40)]) {
      await person.says(server.own(text));
      await person.isSettled();
    }
    expect(await sideways(person.page)).toBe(0);
    expect(await person.timeline.evaluate((log) => log.scrollWidth - log.clientWidth)).toBe(0);
    await expect(person.composer).toBeInViewport();

    // What is being written does not push anything aside either.
    await person.composer.fill('a'.repeat(2_000));
    expect(await sideways(person.page)).toBe(0);
    await expect(person.page.getByRole('button', { name: person.words.send })).toBeInViewport({ ratio: 1 });
  });
}

test('one column on a phone: the room, and back to the list', async ({ enter }) => {
  const person = await enter('하은', { viewport: { width: 390, height: 844 }, hasTouch: true });
  await expect(person.timeline).toBeVisible();
  await expect(person.roomList).toBeHidden();
  await person.page.getByRole('link', { name: '방 목록으로' }).click();
  await expect(person.roomList).toBeVisible();
  await expect(person.timeline).toBeHidden();
  await person.roomList.getByRole('link').first().click();
  await expect(person.timeline).toBeVisible();
});
