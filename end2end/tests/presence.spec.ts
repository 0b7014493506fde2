// Who is here, who writes, and how people want to be seen.

import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

const shots = process.env['MARU_SHOTS'];
const patient = { timeout: 30_000 };

async function opensPeople(person: Person): Promise<void> {
  await person.page.getByRole('button', { name: '사람들 보기' }).click();
  await expect(person.page.getByRole('complementary', { name: '사람들' })).toBeVisible();
}

function row(person: Person, name: string) {
  return person.page.getByRole('complementary', { name: '사람들' }).getByRole('button', { name });
}

/** The page says that it is hidden, or shown again, as a browser does when its tab is left. */
async function isHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible'), configurable: true });
    Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

async function shows(person: Person, name: string): Promise<void> {
  if (shots) await person.page.screenshot({ path: `${shots}/presence-${name}.png` });
}

test('people see each other write, until it is said', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const line = ben.page.locator('.typing');
  const before = await ben.page.locator('.hints').boundingBox();
  await haeun.composer.pressSequentially('안녕');
  await expect(line).toContainText(`${haeun.name} 님이 쓰고 있어요`, patient);
  await shows(ben, 'typing');
  expect((await ben.page.locator('.hints').boundingBox())?.height, 'its height is kept').toBe(before?.height);
  await expect(haeun.page.locator('.typing')).not.toContainText('쓰고 있어요');
  const said = server.own('다 썼어요');
  await haeun.says(said);
  await ben.sees(said);
  await expect(line).not.toContainText('쓰고 있어요');
});

test('who hides the page is away, comes back, and is off once gone', async ({ enter }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  await opensPeople(haeun);
  await expect(row(haeun, ben.name)).toContainText('접속 중', patient);
  await isHidden(ben.page, true);
  await expect(row(haeun, ben.name)).toContainText('자리 비움', patient);
  await expect(row(haeun, ben.name).locator('.presence--away')).toBeVisible();
  await isHidden(ben.page, false);
  await expect(row(haeun, ben.name)).toContainText('접속 중', patient);
  await ben.page.close();
  await expect(row(haeun, ben.name)).toContainText('접속하지 않음', patient);
  await expect(row(haeun, ben.name)).toContainText('방금 전 접속');
  await shows(haeun, 'panel');
});

test('a status and a time of quiet are seen by others, in the panel and on the card', async ({ enter }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  await opensPeople(haeun);
  await ben.page.locator('.me__card').click();
  await shows(ben, 'me');
  await ben.page.getByRole('textbox', { name: '지금 상태' }).fill('포스터 그리는 중');
  await ben.page.getByRole('combobox', { name: '이모지' }).selectOption('🎧');
  await ben.page.getByRole('combobox', { name: '언제까지' }).selectOption('today');
  await ben.page.getByRole('button', { name: '상태 바꾸기' }).click();
  await ben.page.getByRole('group', { name: '방해 금지' }).getByRole('button', { name: '1시간' }).click();
  await expect(ben.page.locator('.me__card')).toContainText('🎧 포스터 그리는 중', patient);
  await expect(ben.page.locator('.me__card .presence--busy')).toBeVisible();

  await expect(row(haeun, ben.name)).toContainText('🎧 포스터 그리는 중', patient);
  await expect(row(haeun, ben.name)).toContainText('방해 금지', patient);
  await row(haeun, ben.name).click();
  const card = haeun.page.getByRole('dialog', { name: '프로필' });
  await expect(card).toContainText(`@${ben.name}`);
  await expect(card).toContainText('🎧 포스터 그리는 중');
  await expect(card).toContainText('방해 금지');
  await shows(haeun, 'card');
  await haeun.page.keyboard.press('Escape');
  await expect(card).toBeHidden();

  await ben.reloads();
  await expect(ben.page.locator('.me__card')).toContainText('🎧 포스터 그리는 중', patient);
  await ben.page.locator('.me__card').click();
  await ben.page.getByRole('group', { name: '방해 금지' }).getByRole('button', { name: '끄기' }).click();
  await expect(row(haeun, ben.name)).not.toContainText('방해 금지', patient);
});

test('one sees who has read what one said last', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const said = server.own('읽었나요?');
  await haeun.says(said);
  await ben.sees(said);
  const seen = haeun.page.locator('.seen');
  await expect(seen).toContainText('1명 읽음', patient);
  await seen.locator('summary').click();
  await expect(seen).toContainText(ben.name);
  await shows(haeun, 'seen');
  const answer = server.own('네');
  await ben.says(answer);
  await haeun.sees(answer);
  await expect(seen).toHaveCount(0);
});
