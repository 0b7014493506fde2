import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

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

// --- other ways of reading ---

const opensSwitcher = async (person: Person): Promise<void> => {
  await person.page.keyboard.press('Control+K');
  await expect(person.page.getByRole('combobox', { name: '이동할 곳' })).toBeVisible();
};

test('at 200 % of a desktop there is one column, and nothing scrolls sideways', async ({ enter, server }) => {
  const person = await enter('하은', { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
  await person.says(server.own('크게 읽어요'));
  await person.isSettled();
  expect(await sideways(person.page)).toBe(0);
  await expect(person.composer).toBeInViewport({ ratio: 1 });
  await opensSwitcher(person);
  expect(await sideways(person.page)).toBe(0);
  await expect(person.page.getByRole('option').first()).toBeInViewport();
  await person.page.keyboard.press('Escape');
  await person.page.keyboard.press('Alt+ArrowDown');
  await person.goes('/s/maru');
  expect(await sideways(person.page)).toBe(0);
});

test('with wider letters, words and lines nothing is cut off or pushed aside', async ({ enter, server }) => {
  const person = await enter('하은');
  await person.says(server.own('넓게 읽어요'));
  await person.isSettled();
  // The page's policy lets no style in that stands in the document; what a browser's extension sets is no such style.
  await person.page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }');
    document.adoptedStyleSheets = [sheet];
  });
  expect(await sideways(person.page)).toBe(0);
  await expect(person.composer).toBeInViewport({ ratio: 1 });
  await opensSwitcher(person);
  expect(await sideways(person.page)).toBe(0);
});

test('for whoever wants no motion nothing moves', async ({ enter, server }) => {
  const person = await enter('하은', { reducedMotion: 'reduce' });
  await person.says(server.own('가만히'));
  const moving = () =>
    person.page.evaluate(
      () =>
        document.getAnimations().filter((each) => {
          const { duration, iterations } = each.effect!.getComputedTiming();
          return Number(duration) > 1 || iterations === Infinity;
        }).length,
    );
  expect(await moving()).toBe(0);
  await opensSwitcher(person);
  expect(await moving()).toBe(0);
});

test('in colours that the system chose, everything has its border', async ({ enter, server }) => {
  const person = await enter('하은', { forcedColors: 'active' });
  await person.says(server.own('고대비'));
  await person.isSettled();
  for (const part of ['.bubble', '.composer', '.iconbtn', '.jump', '.sheet']) {
    const width = await person.page.locator(part).first().evaluate((at) => parseFloat(getComputedStyle(at).borderTopWidth));
    expect(width, part).toBeGreaterThan(0);
  }
  await opensSwitcher(person);
  await person.page.screenshot({ path: process.env.SHOTS && `${process.env.SHOTS}/way-forced.png` });
});

test('from right to left the page is its own mirror', async ({ enter, server }) => {
  const person = await enter('하은');
  await person.says(server.own('거꾸로'));
  await person.isSettled();
  await person.page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
  expect(await sideways(person.page)).toBe(0);
  const [side, sheet] = await Promise.all([person.page.locator('.side').boundingBox(), person.page.locator('.sheet').boundingBox()]);
  expect(side!.x).toBeGreaterThan(sheet!.x);
  await opensSwitcher(person);
  expect(await sideways(person.page)).toBe(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a conversation prints as a plain document, from ${colorScheme}`, async ({ enter, server }) => {
    const person = await enter('하은', { colorScheme });
    const texts = Array.from({ length: 4 }, (_, index) => server.own(`${index + 1}쪽\n`) + '긴 글\n'.repeat(30).trim());
    for (const text of texts) {
      await person.says(text);
      await person.isSettled();
    }
    const hidden = [
      person.composer,
      person.roomList,
      person.page.getByRole('button', { name: person.words.roomMenu }),
      person.page.getByRole('link', { name: person.words.inbox }),
    ];
    for (const what of hidden) await expect(what).toBeVisible();
    await person.page.emulateMedia({ media: 'print', colorScheme });
    for (const what of hidden) await expect(what).toBeHidden();
    await expect(person.page.getByRole('heading', { level: 1, name: '마루' })).toBeVisible();
    // All of it stands on the page itself, and nothing in a part that scrolls.
    const said = person.timeline.getByRole('article');
    await expect(said).toHaveCount(4);
    for (const row of await said.all()) await expect(row).toBeVisible();
    const [whole, window] = await person.page.evaluate(() => [document.scrollingElement!.scrollHeight, innerHeight]);
    expect(whole).toBeGreaterThan(2 * window);
    expect(await person.timeline.evaluate((log) => log.scrollHeight - log.clientHeight)).toBeLessThanOrEqual(1);
    // Dark on nothing, whatever the theme: paper is white, and backgrounds are often left out.
    const ink = await said.first().locator('.prose').evaluate((text) => {
      const canvas = document.createElement('canvas').getContext('2d')!;
      canvas.fillStyle = getComputedStyle(text).color;
      canvas.fillRect(0, 0, 1, 1);
      return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
    });
    expect(ink).toBeLessThan(110);
    if (process.env.SHOTS) await person.page.screenshot({ path: `${process.env.SHOTS}/print-${colorScheme}.png`, fullPage: true });
    const pages = (await person.page.pdf()).toString('latin1').match(/\/Type\s*\/Page\b/g);
    expect(pages?.length).toBeGreaterThan(1);
  });
}
