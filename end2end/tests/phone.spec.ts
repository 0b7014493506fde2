// A phone: one column, a thumb, and a keyboard that comes up.

import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** What is too small for a thumb: buttons, links and fields outside of running text. */
const small = (page: Page) =>
  page.evaluate(() => {
    const found = [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea, summary')];
    const isSeen = (at: Element) => at.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return found
      .filter((at) => isSeen(at) && !at.closest('.prose, .skip, .sr-only, [inert]'))
      .map((at) => ({ at, box: at.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
      .map(({ at, box }) => `${at.outerHTML.slice(0, 90)} ${Math.round(box.width)}×${Math.round(box.height)}`);
  });

test('list, room and panel, and back by the browser’s own button', async ({ enter }) => {
  const person = await enter('하은', phone);
  await person.goes('/s/maru');
  await expect(person.roomList).toBeVisible();
  const main = person.page.getByRole('main');
  await expect(main.getByRole('heading', { level: 1 })).toHaveCount(1);
  await person.roomList.getByRole('link').first().click();
  await expect(person.timeline).toBeVisible();
  // The name of the room is told; no field brings the keyboard up.
  await expect(person.page.locator('.roomhead h1')).toBeFocused();
  await person.page.getByRole('button', { name: person.words.here(1) }).click();
  await expect(person.page.getByRole('complementary')).toBeVisible();
  await person.page.keyboard.press('Escape');
  await person.page.goBack();
  await expect(person.roomList).toBeVisible();
  await expect(person.timeline).toBeHidden();
});

test('the bar at the foot leads to rooms, people, oneself and whatever one looks for', async ({ enter }) => {
  const person = await enter('하은', phone);
  await person.goes('/s/maru');
  const bar = person.page.getByRole('navigation', { name: '주 메뉴' });
  await expect(bar.getByRole('link', { name: '방', exact: true })).toHaveAttribute('aria-current', 'page');
  await bar.getByRole('button', { name: '나' }).tap();
  await expect(person.page.getByRole('dialog', { name: person.words.me })).toBeInViewport({ ratio: 1 });
  await person.page.screenshot({ path: process.env.SHOTS && `${process.env.SHOTS}/way-me-390.png` });
  await person.page.keyboard.press('Escape');
  await bar.getByRole('link', { name: '찾기' }).tap();
  await expect(person.page.getByRole('combobox', { name: '이동할 곳' })).toBeVisible();
});

test('everything is large enough for a thumb', async ({ enter, server }) => {
  const person = await enter('하은', phone);
  await person.says(server.own('안녕하세요'));
  await person.isSettled();
  expect(await small(person.page)).toEqual([]);
  await person.page.getByRole('button', { name: person.words.roomMenu }).tap();
  expect(await small(person.page)).toEqual([]);
  await person.page.keyboard.press('Escape');
  await person.goes('/s/maru');
  expect(await small(person.page)).toEqual([]);
  await person.opensRoomDialog();
  expect(await small(person.page)).toEqual([]);
});

test('the keyboard never covers where one writes', async ({ enter }) => {
  const person = await enter('하은', phone);
  const shrink = (height: number | null) =>
    person.page.evaluate((height) => {
      const seen = window.visualViewport!;
      if (height === null) delete (seen as unknown as { height?: number }).height;
      else Object.defineProperty(seen, 'height', { value: height, configurable: true });
      seen.dispatchEvent(new Event('resize'));
    }, height);
  // As a browser tells of it that lays the keyboard over the page.
  await shrink(500);
  await expect.poll(async () => {
    const box = (await person.composer.boundingBox())!;
    return box.y + box.height;
  }).toBeLessThan(500);
  await shrink(null);
  await expect.poll(async () => (await person.composer.boundingBox())!.y).toBeGreaterThan(600);
  // And as one that makes the page smaller.
  await person.page.setViewportSize({ width: 390, height: 480 });
  await expect(person.composer).toBeInViewport({ ratio: 1 });
});
