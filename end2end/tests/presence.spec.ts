// Who is here, who writes, and how people want to be seen.

import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { words } from '../words.ts';

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

/** Calls a server function as the page of this person would. */
async function calls(person: Person, name: string, form: Record<string, string>): Promise<void> {
  const answer = await person.page.request.post(`/api/${name}`, { form, headers: { origin: person.server.url } });
  expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
}

/** How a clock in a zone is read now, or a minute ago, in English. */
function clocks(timeZone: string): RegExp {
  const read = (at: number) =>
    new Date(at).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', timeZone }).replace(/\s/, ' ');
  return new RegExp([0, 60_000].map((ago) => read(Date.now() - ago)).join('|'));
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

test('a card tells what time it is for somebody, and in how many rooms both are', async ({ enter, someone, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), someone({ locale: 'en-US', timezoneId: 'Asia/Kolkata' })]);
  ben.words = words.en;
  await ben.enters(server.own('Ben'));
  const tea = server.own('찻집');
  await haeun.makesRoom(tea);
  await ben.opens(tea);
  await ben.page.getByRole('button', { name: ben.words.join }).click();
  await expect(ben.composer).toBeVisible();
  await calls(haeun, 'edit_profile', { zone: 'Asia/Seoul' });
  await calls(ben, 'edit_profile', { zone: 'Asia/Kolkata' });

  // Beside what is said stands what its author is in the room, where that is not a matter of course.
  await haeun.says('물 올렸어요');
  const said = ben.messages('물 올렸어요');
  await expect(said.locator('.msg__head .tag')).toHaveText('keeper', patient);
  await expect(haeun.messages('물 올렸어요').locator('.tag')).toHaveCount(0);
  await shows(ben, 'role-en');
  await said.getByRole('button', { name: haeun.name }).click();
  const card = ben.page.getByRole('dialog', { name: 'Profile' });
  const time = card.locator('local-time');
  await expect(time).toHaveText(/^\d+:\d\d [AP]M · 3 hr 30 min ahead$/, patient);
  await expect(time).toHaveText(clocks('Asia/Seoul'));
  await expect(card.getByRole('definition').last()).toHaveText('2');
  await shows(ben, 'card-en');

  await ben.says('On my way');
  const answer = haeun.messages('On my way');
  await expect(answer).toBeVisible();
  await expect(answer.locator('.tag')).toHaveCount(0);
  const lobby = await haeun.page.request.get('/api/lobby?space=maru');
  const { rooms } = (await lobby.json()) as { rooms: { id: string; name: string }[] };
  const room = rooms.find(({ name }) => name === tea)!.id;
  await calls(haeun, 'set_room_role', { room, user: ben.name, role: 'moderator' });
  await expect(answer.locator('.msg__head .tag')).toHaveText('도우미', patient);
  await shows(haeun, 'role-ko');
  await answer.getByRole('button', { name: ben.name }).click();
  const about = haeun.page.getByRole('dialog', { name: '프로필' });
  await expect(about.locator('local-time')).toHaveText(/^오[전후] \d+:\d\d · 3시간 30분 늦어요$/, patient);
  await expect(about).toContainText('함께 있는 방');
  await expect(about).toContainText('2곳');
  await expect(about.locator('.tag')).toHaveText('도우미');
  await shows(haeun, 'card-ko');

  // What a browser does not know it does not tell, and who hides when they were here hides their hour.
  const asksAgain = async () => {
    await haeun.page.keyboard.press('Escape');
    await expect(about).toBeHidden();
    await answer.getByRole('button', { name: ben.name }).click();
  };
  await calls(ben, 'edit_profile', { zone: 'Nowhere/At_All' });
  await asksAgain();
  await expect(about.getByText('지역 시간')).toBeHidden(patient);
  await expect(about).toContainText('2곳');
  await calls(ben, 'edit_profile', { zone: 'Asia/Seoul' });
  await asksAgain();
  await expect(about.locator('local-time')).toHaveText(/^오[전후] \d+:\d\d$/, patient);
  await calls(ben, 'share_presence', { typing: 'true' });
  await asksAgain();
  await expect(about.locator('local-time')).toHaveCount(0, patient);
  await expect(about).toContainText('2곳');
});
