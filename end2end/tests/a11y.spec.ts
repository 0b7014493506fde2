import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { words } from '../words.ts';

const { ko, en } = words;

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the doorway, the room, its dialogs and the list are within WCAG 2.2 AA, ${colorScheme}`, async ({ enter, someone, server }) => {
    const options = { colorScheme, reducedMotion: 'reduce' } as const;
    const outside = await someone(options);
    outside.expectsRefusals();
    await outside.goes('/');
    await expectNoViolations(outside.page);
    await outside.fillsName(' ');
    await expect(outside.page.getByText(outside.words.blank)).toBeVisible();
    await expectNoViolations(outside.page);

    const [haeun, ben] = [await enter('하은', options), await enter('Ben', options)];
    await ben.says('Hello, https://example.org and `code`');
    await haeun.says(server.own('안녕하세요'));
    await haeun.isSettled();
    await ben.sees(server.own('안녕하세요'));
    await expectNoViolations(haeun.page);

    await haeun.opensRoomDialog();
    await expectNoViolations(haeun.page);
    await haeun.page.keyboard.press('Escape');
    await haeun.page.getByRole('button', { name: haeun.words.me }).click();
    await expectNoViolations(haeun.page);

    // One column: the list is the page then.
    await ben.page.setViewportSize({ width: 390, height: 844 });
    await expectNoViolations(ben.page);
    await ben.page.getByRole('link', { name: '방 목록으로' }).click();
    await expect(ben.roomList).toBeVisible();
    await expectNoViolations(ben.page);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`with high contrast chosen, the room and the settings are within WCAG 2.2 AA, ${colorScheme}`, async ({ someone, server }) => {
    test.slow();
    const person = await someone({ colorScheme, reducedMotion: 'reduce', contrast: 'no-preference' });
    await person.page.context().addCookies([{ name: 'maru_contrast', value: 'more', url: server.url }]);
    const ben = await someone({ reducedMotion: 'reduce' });
    await ben.enters(server.own('Ben'));
    await ben.says('Hello, https://example.org, **bold**, `code` and @하은');
    await ben.isSettled();
    await person.enters(server.own('하은'));
    await expect(person.page.locator('html')).toHaveAttribute('data-contrast', 'more');
    await person.says(server.own('> 인용\n\n```rust\nfn main() {}\n```'));
    await person.isSettled();
    await expectNoViolations(person.page);
    const shot = async (name: string) => {
      if (!process.env.SHOTS) return;
      for (const width of [1440, 390]) {
        await person.page.setViewportSize({ width, height: 900 });
        await person.page.screenshot({ path: `${process.env.SHOTS}/contrast-${name}-${width}-${colorScheme}.png` });
      }
      await person.page.setViewportSize({ width: 1280, height: 800 });
    };
    await shot('room');
    await person.page.getByRole('button', { name: person.words.me }).click();
    await expectNoViolations(person.page);
    await person.goes('/settings#reading');
    await expectNoViolations(person.page);
    await shot('settings');
  });
}

for (const [locale, own] of [['ko-KR', ko], ['en-US', en]] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      test(`every page of the hall is within WCAG 2.2 AA: ${locale}, ${colorScheme}, ${width} px`, async ({ someone, server }) => {
        test.slow();
        const phone = width < 800;
        const viewport = { width, height: 900 };
        const person = await someone({ locale, colorScheme, viewport, hasTouch: phone, isMobile: phone, reducedMotion: 'reduce' });
        person.words = own;
        await person.enters(server.own('하은'));
        await person.says(server.own('Hello, https://example.org, **bold** and `code`'));
        await person.isSettled();
        const shot = (name: string) =>
          process.env.SHOTS
            ? person.page.screenshot({ path: `${process.env.SHOTS}/way-${name}-${width}-${colorScheme}-${locale}.png` })
            : undefined;
        await expectNoViolations(person.page);
        await shot('room');
        await person.page.keyboard.press('Control+K');
        await expect(person.page.getByRole('option').first()).toBeVisible();
        await expectNoViolations(person.page);
        await shot('switcher');
        await person.page.keyboard.press('Escape');
        await person.timeline.focus();
        await person.page.keyboard.press('?');
        await expect(person.page.locator('#dlg-keys')).toBeVisible();
        await expectNoViolations(person.page);
        await shot('keys');
        await person.page.keyboard.press('Escape');
        await person.goes('/s/maru');
        await expectNoViolations(person.page);
        await shot('list');
        for (const path of ['/settings', '/s/maru/-/rooms', '/s/maru/-/settings']) {
          await person.goes(path);
          await expectNoViolations(person.page);
        }
      });
    }
  }
}

test('everything can be reached by keyboard: enter, write, open a room, read', async ({ someone, server }) => {
  const person = await someone();
  await person.goes('/');
  await person.nameField.focus();
  await person.page.keyboard.type(server.own('글쇠'));
  await person.page.keyboard.press('Enter');
  await person.isInRoom();

  // The first stop leads past the lists.
  await person.page.locator('body').press('Tab');
  await expect(person.page.getByRole('link', { name: '본문으로 건너뛰기' })).toBeFocused();

  const stops = new Set<string>();
  for (let stop = 0; stop < 40; stop += 1) {
    await person.page.keyboard.press('Tab');
    stops.add(
      await person.page.evaluate(() => {
        const at = document.activeElement!;
        return `${at.getAttribute('role') ?? at.tagName.toLowerCase()} ${at.className}`;
      }),
    );
  }
  const reached = (part: string) => [...stops].some((stop) => stop.includes(part));
  for (const part of ['room-link', 'log', 'composer__input', 'iconbtn']) expect(reached(part), part).toBe(true);
});
