// Accounts: set-up, sign-up, sign-in, a guest who stays, sessions, and the way back in. Plain pages all.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, needsOwnServer, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import type { Server } from '../server.ts';

needsOwnServer();
test.use({ serverEnv: { MARU_OPEN: 'off' } });

const secret = 'pine boards and persimmons';
const another = 'seven cushions, one table';

/** The path of a link that the program prints. */
async function setupPath(server: Server): Promise<string> {
  const [printed] = /\/setup\?token=\S+/.exec(await server.runs('setup-link')) ?? [];
  expect(printed, 'maru setup-link prints a link').toBeTruthy();
  return printed!;
}

/** Calls a server function as the page of this person would. */
async function calls<T>(person: Person, name: string, form: Record<string, string>): Promise<T> {
  const answer = await person.page.request.post(`/api/${name}`, { form, headers: { origin: person.server.url } });
  expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
  return (await answer.json()) as T;
}

async function setsUp(person: Person, name: string): Promise<void> {
  await person.goes(await setupPath(person.server));
  await field(person.page, '이름').fill(name);
  await field(person.page, '비밀번호').fill(secret);
  await field(person.page, '공간 이름').fill('한마루');
  await person.page.getByRole('button', { name: '마루 열기' }).click();
  person.name = name;
  await person.isInRoom();
}

function field(page: Page, name: string) {
  return page.getByRole('textbox', { name: new RegExp(`^${name}( 선택)?$`) });
}

async function signsIn(person: Person, name: string, password: string): Promise<void> {
  await person.goes('/enter?way=account');
  await person.page.getByRole('textbox', { name: '이름 또는 이메일' }).fill(name);
  await field(person.page, '비밀번호').fill(password);
  await person.page.getByRole('button', { name: '로그인' }).click();
}

/** The path of an invitation to the space that the owner looks at. */
async function invites(owner: Person, guests: boolean): Promise<string> {
  const space = decodeURIComponent(new URL(owner.page.url()).pathname.split('/')[2]!);
  const made = await calls<{ code: string }>(owner, 'create_invite', { space, guests: String(guests) });
  return `/invite/${made.code}`;
}

async function isWithinWcag(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

test('an empty server is set up once, by who has the link', async ({ someone, server }) => {
  const visitor = await someone();
  await visitor.goes('/');
  await expect(visitor.page.getByRole('heading', { level: 1, name: '아직 문을 열지 않았어요' })).toBeVisible();

  const path = await setupPath(server);
  const owner = await someone();
  await owner.goes(path);
  await field(owner.page, '이름').fill('서지민');
  await field(owner.page, '비밀번호').fill('password');
  await field(owner.page, '공간 이름').fill('한마루 스튜디오');
  await owner.page.getByRole('button', { name: '마루 열기' }).click();
  await expect(field(owner.page, '비밀번호')).toHaveAttribute('aria-invalid', 'true');
  await expect(field(owner.page, '비밀번호')).toHaveValue('');
  await expect(field(owner.page, '이름')).toHaveValue('서지민');
  expect(owner.page.url()).not.toContain('=password&');

  await field(owner.page, '비밀번호').fill(secret);
  await owner.page.getByRole('button', { name: '마루 열기' }).click();
  await owner.isInRoom();
  await owner.says('첫 글이에요');
  await owner.sees('첫 글이에요');

  visitor.expectsRefusals();
  await visitor.goes(path);
  await expect(visitor.page.getByRole('heading', { level: 1, name: '이 링크는 쓸 수 없어요' })).toBeVisible();
  await visitor.goes('/');
  await expect(visitor.page.getByText('여기는 초대로 들어와요')).toBeVisible();
});

test('an invitation brings somebody new to an account, and a wrong password does not', async ({ someone }) => {
  const owner = await someone();
  await setsUp(owner, '서지민');
  const path = await invites(owner, false);

  const person = await someone();
  await person.goes(path);
  await expect(person.page.getByRole('heading', { level: 1 })).toContainText('한마루');
  await expect(person.page.getByText('서지민 님이 초대했어요')).toBeVisible();
  await person.page.getByRole('link', { name: '계정 만들기' }).click();
  await field(person.page, '이름').fill('이도현');
  await field(person.page, '비밀번호').fill(secret);
  await person.page.getByRole('button', { name: '계정 만들고 들어가기' }).click();
  await person.isInRoom();

  await person.goes('/settings');
  await person.page.getByRole('button', { name: '나가기' }).click();
  await signsIn(person, '이도현', 'not my password');
  await expect(person.page.getByRole('alert')).toBeVisible();
  await expect(person.page.getByRole('textbox', { name: '이름 또는 이메일' })).toHaveValue('이도현');
  await field(person.page, '비밀번호').fill(secret);
  await person.page.getByRole('button', { name: '로그인' }).click();
  await person.isInRoom();
});

test('a guest becomes an account and keeps what was said', async ({ someone }) => {
  const owner = await someone();
  await setsUp(owner, '서지민');
  const guest = await someone();
  await guest.goes(await invites(owner, true));
  await guest.nameField.fill('참새');
  await guest.page.getByRole('button', { name: '손님으로 들어가기' }).click();
  await guest.isInRoom();
  await guest.says('저는 참새예요');
  await guest.sees('저는 참새예요');
  await guest.isSettled();

  await guest.page.getByRole('button', { name: guest.words.me }).click();
  await guest.page.getByRole('link', { name: '설정' }).click();
  await field(guest.page, '비밀번호').fill(secret);
  await guest.page.getByRole('button', { name: '계정으로 만들기' }).click();
  await expect(guest.page.getByRole('button', { name: '비밀번호 바꾸기' })).toBeVisible();

  const elsewhere = await someone();
  await signsIn(elsewhere, '참새', secret);
  await elsewhere.isInRoom();
  await elsewhere.sees('저는 참새예요');
  await expect(elsewhere.page.locator('.msg.mine')).not.toHaveCount(0);
});

test('a session that is ended from another device closes at once', async ({ someone }) => {
  const [phone, laptop] = [await someone(), await someone()];
  await setsUp(phone, '서지민');
  await signsIn(laptop, '서지민', secret);
  await laptop.isInRoom();

  phone.expectsRefusals();
  await laptop.goes('/settings');
  await laptop.page.getByRole('region', { name: '기기와 로그인' }).getByRole('button', { name: /끊기$/ }).first().click();
  await expect(laptop.page.getByRole('status')).toContainText('끊었어요');
  // Its room is gone from the screen; the way back in leads there again.
  await expect(phone.page).toHaveURL(/\/enter\?next=/, { timeout: 5_000 });
});

test('a link to recover chooses a new password once, and signs out everywhere', async ({ someone }) => {
  const owner = await someone();
  await setsUp(owner, '서지민');
  const person = await someone();
  await person.goes(await invites(owner, false));
  await person.page.getByRole('link', { name: '계정 만들기' }).click();
  await field(person.page, '이름').fill('이도현');
  await field(person.page, '비밀번호').fill(secret);
  await person.page.getByRole('button', { name: '계정 만들고 들어가기' }).click();
  await person.isInRoom();
  const me = await person.page.request.get('/api/me');
  const path = await calls<string>(owner, 'make_recovery_link', { user: ((await me.json()) as { id: string }).id });

  const again = await someone();
  await again.goes(path);
  await field(again.page, '새 비밀번호').fill('short');
  await again.page.getByRole('button', { name: '이 비밀번호로 바꾸기' }).click();
  await expect(field(again.page, '새 비밀번호')).toHaveAttribute('aria-invalid', 'true');
  person.expectsRefusals();
  await field(again.page, '새 비밀번호').fill(another);
  await again.page.getByRole('button', { name: '이 비밀번호로 바꾸기' }).click();
  await again.isInRoom();
  await expect(person.page).toHaveURL(/\/enter\?next=/);

  again.expectsRefusals();
  await again.goes(path);
  await expect(again.page.getByRole('heading', { level: 1, name: '이 링크는 쓸 수 없어요' })).toBeVisible();
  await signsIn(person, '이도현', secret);
  await expect(person.page.getByRole('alert')).toBeVisible();
});

test('a profile is edited, and what cannot be taken is said beside its field', async ({ someone }) => {
  const owner = await someone();
  await setsUp(owner, '서지민');
  await owner.goes('/settings');
  await field(owner.page, '이메일').fill('no address');
  await field(owner.page, '지금 상태').fill('마루를 닦는 중');
  await owner.page.locator('#profile').getByRole('button', { name: '저장하기' }).click();
  await expect(field(owner.page, '이메일')).toHaveAttribute('aria-invalid', 'true');
  await expect(field(owner.page, '이메일')).toBeFocused();
  await expect(field(owner.page, '지금 상태')).toHaveValue('마루를 닦는 중');
  await field(owner.page, '이메일').fill('jimin@hanmaru.example');
  await owner.page.getByRole('combobox', { name: '시간대' }).selectOption('Asia/Seoul');
  await owner.page.locator('#profile').getByRole('button', { name: '저장하기' }).click();
  await expect(owner.page.getByRole('status')).toContainText('저장했어요');
  await owner.page.goto('/settings');
  await expect(field(owner.page, '이메일')).toHaveValue('jimin@hanmaru.example');
  await expect(owner.page.getByRole('combobox', { name: '시간대' })).toHaveValue('Asia/Seoul');
  await owner.page.getByRole('button', { name: owner.words.dark, exact: true }).click();
  await expect(owner.page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`plain pages are within WCAG 2.2 AA, ${colorScheme}`, async ({ someone, server }) => {
    test.setTimeout(120_000);
    const options = { colorScheme, reducedMotion: 'reduce' } as const;
    const owner = await someone(options);
    await owner.goes(await setupPath(server));
    await isWithinWcag(owner.page);
    await owner.page.getByRole('button', { name: '마루 열기' }).click();
    await expect(owner.page.getByRole('alert')).toBeVisible();
    await isWithinWcag(owner.page);
    await setsUp(owner, '서지민');
    const path = await invites(owner, true);
    const me = (await (await owner.page.request.get('/api/me')).json()) as { id: string };
    const recovery = await calls<string>(owner, 'make_recovery_link', { user: me.id });

    const person = await someone(options);
    person.expectsRefusals();
    const join = path.replace('/invite/', '/join?invite=');
    for (const page of ['/enter', '/forgot', path, join, recovery, '/invite/nothing', '/recover/nothing']) {
      await person.goes(page);
      await isWithinWcag(person.page);
    }
    await signsIn(person, '누구', 'wrong wrong wrong');
    await expect(person.page.getByRole('alert')).toBeVisible();
    await isWithinWcag(person.page);

    await person.goes(path);
    await person.nameField.fill('참새');
    await person.page.getByRole('button', { name: '손님으로 들어가기' }).click();
    await person.isInRoom();
    for (const somebody of [owner, person]) {
      await somebody.goes('/settings');
      await isWithinWcag(somebody.page);
      await somebody.page.setViewportSize({ width: 320, height: 640 });
      await isWithinWcag(somebody.page);
      const overflow = await somebody.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, 'nothing scrolls sideways').toBeLessThanOrEqual(0);
    }
  });
}
