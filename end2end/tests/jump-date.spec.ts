import { AxeBuilder } from '@axe-core/playwright';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, needsOwnServer, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { seed } from '../seed.ts';
import { words } from '../words.ts';

// A server whose clock is told what time it is.
needsOwnServer();
const clock = join(mkdtempSync(join(tmpdir(), 'maru-clock-')), 'clock');
test.use({ serverEnv: { MARU_LIMITS: 'off', MARU_FAULTS: `clock=${clock}` } });
test.setTimeout(180_000);

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
// Days of the reader's, who is in Seoul, from midnight on; nothing was said between. A session lasts for 30 idle days.
const midnight = (daysAgo: number) => {
  const now = Date.now() - daysAgo * DAY;
  return now - ((now + 9 * HOUR) % DAY);
};
const days = [40, 25, 10].map((ago) => ({ ago, starts: midnight(ago) }));
const date = (at: number) => new Date(at + 9 * HOUR).toISOString().slice(0, 10);
const label = (at: number) => {
  const day = new Date(at + 9 * HOUR);
  return `${day.getUTCMonth() + 1}월 ${day.getUTCDate()}일`;
};
const said = (ago: number, number: number) => `${ago}일 전 ${number}번째 글`;

/** Comes into a room in which 80 things were said on each of three days, the first of them just after midnight. */
async function inOldRoom(enter: (name: string) => Promise<Person>): Promise<Person> {
  writeFileSync(clock, `=${days[0].starts}`);
  const person = await enter('하은');
  const room = await person.page.getByRole('heading', { level: 1 }).first().innerText();
  await person.page.goto('about:blank');
  for (const { ago, starts } of days) {
    const texts = Array.from({ length: 80 }, (_, index) => said(ago, index + 1));
    writeFileSync(clock, `=${starts + 60_000}`);
    await seed(person.page.context(), person.server.url, room, texts.slice(0, 40));
    writeFileSync(clock, `=${starts + DAY - 60_000}`);
    await seed(person.page.context(), person.server.url, room, texts.slice(40));
  }
  writeFileSync(clock, '0');
  await person.goes('/');
  await person.isInRoom();
  await expect(person.messages(said(10, 80))).toBeInViewport();
  return person;
}

const dialog = (person: Person) => person.page.getByRole('dialog', { name: person.words.toDay });

async function opensByMenu(person: Person) {
  await person.page.getByRole('button', { name: person.words.roomMenu }).click();
  await person.page.getByRole('menuitem', { name: person.words.toDay }).click();
  await expect(dialog(person)).toBeVisible();
  await expect(dialog(person).getByLabel(person.words.day)).toBeFocused();
}

async function goesTo(person: Person, day: string) {
  await dialog(person).getByLabel(person.words.day).fill(day);
  await dialog(person).getByRole('button', { name: person.words.go, exact: true }).click();
}

async function isAt(person: Person, text: string) {
  await expect(dialog(person)).toBeHidden();
  await expect(person.messages(text)).toBeFocused();
  await expect(person.messages(text)).toBeInViewport();
  await expect(person.messages(text)).toHaveClass(/is-target/);
}

async function hasNoViolations(person: Person) {
  const { violations } = await new AxeBuilder({ page: person.page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

test('a day leads to its first message where the reader is, else to the next, else to the newest', async ({ enter }) => {
  const person = await inOldRoom((name) => enter(name));
  const [oldest] = days;

  await opensByMenu(person);
  await goesTo(person, date(oldest.starts));
  await isAt(person, said(40, 1));
  await expect(person.timeline.getByRole('button', { name: label(oldest.starts) })).toBeInViewport();

  // On the day after nobody said anything.
  await opensByMenu(person);
  await goesTo(person, date(oldest.starts + DAY));
  await isAt(person, said(25, 1));

  // The same again: one may have walked on meanwhile.
  await person.timeline.evaluate((log) => (log.scrollTop += 2_000));
  await opensByMenu(person);
  await goesTo(person, date(oldest.starts + DAY));
  await isAt(person, said(25, 1));

  await opensByMenu(person);
  await goesTo(person, date(Date.now()));
  await isAt(person, said(10, 80));

  // There are no days to come, and none before the room began.
  await opensByMenu(person);
  const field = dialog(person).getByLabel(person.words.day);
  await expect(field).toHaveAttribute('max', date(Date.now()));
  await goesTo(person, date(Date.now() + DAY));
  await expect(dialog(person)).toBeVisible();
  expect(await field.evaluate((field: HTMLInputElement) => field.validity.rangeOverflow)).toBe(true);
  await goesTo(person, date(oldest.starts));
  await isAt(person, said(40, 1));
  await person.timeline.evaluate((log) => (log.scrollTop = 0));
  await expect(person.timeline.getByText(person.words.beginning)).toBeVisible();
  await opensByMenu(person);
  await expect(field).toHaveAttribute('min', date(oldest.starts));

  // Where one came from, one is again who did not go.
  await person.page.keyboard.press('Escape');
  await expect(dialog(person)).toBeHidden();
  await expect(person.page.getByRole('button', { name: person.words.roomMenu })).toBeFocused();
});

test('the line of a day asks for another, by keyboard alone', async ({ enter }) => {
  const person = await inOldRoom((name) => enter(name));
  const keyboard = person.page.keyboard;
  await person.timeline.focus();
  await keyboard.press('ArrowUp');
  await keyboard.press('KeyD');
  await expect(dialog(person)).toBeVisible();
  const field = dialog(person).getByLabel(person.words.day);
  await expect(field).toBeFocused();
  await field.fill(date(days[1].starts));
  await keyboard.press('Enter');
  await isAt(person, said(25, 1));

  const line = person.timeline.getByRole('button', { name: label(days[1].starts) });
  await line.focus();
  await hasNoViolations(person);
  await keyboard.press('Enter');
  await expect(field).toHaveValue(date(days[1].starts));
  await hasNoViolations(person);
  await keyboard.press('Escape');
  await expect(line).toBeFocused();
  await keyboard.press('Enter');
  await field.fill(date(days[0].starts));
  await keyboard.press('Enter');
  await isAt(person, said(40, 1));
});

test('before the page is awake a day is a plain date, and a plain form goes to it', async ({ enter, someone }) => {
  const person = await inOldRoom((name) => enter(name));
  const storageState = await person.page.context().storageState();
  const plain = await someone({ javaScriptEnabled: false, storageState });
  await plain.page.goto(person.page.url());
  await expect(plain.timeline.getByRole('separator')).not.toHaveCount(0);
  await expect(plain.timeline.locator('.day button')).toHaveCount(0);
  await expect(plain.timeline.locator('.day time').first()).toBeVisible();
  await plain.page.getByRole('button', { name: plain.words.roomMenu }).click();
  await plain.page.getByRole('menuitem', { name: plain.words.toDay }).click();
  // There the day begins as it is shown there: in Greenwich, nine hours later.
  const day = new Date(days[0].starts + DAY).toISOString().slice(0, 10);
  await dialog(plain).getByLabel(plain.words.day).fill(day);
  await dialog(plain).getByRole('button', { name: plain.words.go, exact: true }).click();
  await expect(plain.page).toHaveURL(/\/\d+$/);
  await expect(plain.messages(said(40, 41))).toHaveCount(1);
  await expect(plain.messages(said(10, 80))).toHaveCount(0);
});

for (const [locale, own] of [['ko-KR', words.ko], ['en-US', words.en]] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      test(`the dialog is within WCAG 2.2 AA: ${locale}, ${colorScheme}, ${width} px`, async ({ someone }) => {
        const phone = width < 800;
        const viewport = { width, height: 900 };
        writeFileSync(clock, '0');
        const person = await someone({ locale, colorScheme, viewport, hasTouch: phone, isMobile: phone, reducedMotion: 'reduce' });
        person.words = own;
        await person.enters('하은');
        await person.says('안녕하세요');
        await person.isSettled();
        await opensByMenu(person);
        await hasNoViolations(person);
        if (process.env.SHOTS) {
          const path = (what: string) => `${process.env.SHOTS}/day-${what}-${width}-${colorScheme}-${locale}.png`;
          await person.page.screenshot({ path: path('dialog') });
          await person.page.keyboard.press('Escape');
          await person.timeline.locator('.day button').focus();
          await person.page.screenshot({ path: path('line') });
        }
      });
    }
  }
}
