// Spaces: who is in them, what is in them, and how order is kept. The pages about them are plain; what they do is
// seen at once in the rooms that others have open.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, needsOwnServer, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

needsOwnServer();

const pages = ['rooms', 'people', 'invites', 'reports', 'reports?all=1', 'audit', 'settings', 'direct'];

/** Makes somebody the owner of the space. */
async function owns(person: Person): Promise<void> {
  await person.server.runs('space', 'role', 'maru', person.name, 'owner');
}

/** Calls a server function as the page of this person would. */
async function calls<T>(person: Person, name: string, form: Record<string, string>): Promise<T> {
  const answer = await person.page.request.post(`/api/${name}`, { form, headers: { origin: person.server.url } });
  expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
  return (await answer.json()) as T;
}

/** The id of the room of this name, as this person sees it. */
async function idOf(person: Person, name: string): Promise<string> {
  const answer = await person.page.request.get('/api/lobby?space=maru');
  const { rooms } = (await answer.json()) as { rooms: { id: string; name: string }[] };
  return rooms.find((room) => room.name === name)!.id;
}

function field(page: Page, name: string) {
  return page.getByRole('textbox', { name, exact: true });
}

function button(page: Page, name: string) {
  return page.getByRole('button', { name, exact: true });
}

async function isDone(page: Page): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: '그렇게 했어요.' })).toBeVisible();
}

async function isWithinWcag(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

test('a private room is there for those alone who were brought into it', async ({ enter }) => {
  const [jimin, ben] = [await enter('서지민'), await enter('Ben')];
  await jimin.goes('/s/maru/-/rooms');
  await field(jimin.page, '방 이름').fill('비밀 모임');
  await jimin.page.getByRole('radio', { name: /초대한 사람만/ }).check();
  await button(jimin.page, '방 만들기').click();
  await jimin.isInRoom();
  const path = new URL(jimin.page.url()).pathname;

  const other = await ben.page.context().newPage();
  await other.goto('/s/maru/-/rooms');
  await expect(other.getByRole('heading', { level: 1, name: '방 둘러보기' })).toBeVisible();
  await expect(other.getByText('비밀 모임')).toHaveCount(0);
  const id = await idOf(jimin, '비밀 모임');
  expect((await ben.page.request.get(path)).status()).toBe(404);
  expect((await ben.page.request.get(`/s/maru/-/room/${id}`)).status()).toBe(404);

  await jimin.goes(`/s/maru/-/room/${id}`);
  await jimin.page.getByRole('textbox', { name: '누구를 데려올까요?' }).fill('ben');
  await button(jimin.page, '데려오기').click();
  await isDone(jimin.page);
  await expect(ben.page.getByRole('link', { name: /비밀 모임/ })).toBeVisible();
});

test('a guest comes in by the link of one room, made on its page, and sees that room alone', async ({ enter, someone }) => {
  const jimin = await enter('서지민');
  await calls(jimin, 'create_room', { space: 'maru', name: '손님방' });
  const id = await idOf(jimin, '손님방');
  await jimin.goes(`/s/maru/-/room/${id}`);
  await button(jimin.page, '이 방의 초대 링크 만들기').click();
  const link = await jimin.page.getByRole('textbox', { name: '초대 링크' }).inputValue();

  const guest = await someone();
  guest.expectsRefusals();
  await guest.goes(new URL(link).pathname);
  await expect(guest.page.getByRole('heading', { level: 1 })).toContainText('손님방');
  await guest.nameField.fill('참새');
  await button(guest.page, '손님으로 들어가기').click();
  await guest.isInRoom();
  await guest.says('잠깐 들렀어요');
  await guest.sees('잠깐 들렀어요');
  await guest.isSettled();
  const rooms = guest.page.getByRole('navigation', { name: '방', exact: true });
  await expect(rooms.getByRole('link', { name: /손님방/ })).toBeVisible();
  await expect(rooms.getByRole('link', { name: /^마루/ })).toHaveCount(0);
  expect((await guest.page.request.get(`/s/maru/${encodeURIComponent('마루')}`)).status()).toBe(404);

  await jimin.goes('/s/maru/' + encodeURIComponent('손님방'));
  await jimin.sees('잠깐 들렀어요');
});

test('two people talk alone, beginning at the page of one of them', async ({ enter }) => {
  const [jimin, ben] = [await enter('서지민'), await enter('Ben')];
  await jimin.goes('/s/maru/-/people?q=be');
  await jimin.page.getByRole('link', { name: 'Ben' }).click();
  await expect(jimin.page.getByRole('heading', { level: 1, name: 'Ben' })).toBeVisible();
  await button(jimin.page, '대화하기').click();
  await jimin.isInRoom();
  await jimin.says('둘이서만 이야기해요');
  await jimin.sees('둘이서만 이야기해요');
  await ben.goes(new URL(jimin.page.url()).pathname);
  await ben.sees('둘이서만 이야기해요');
});

test('a role that is given is seen in the open room, and opens pages', async ({ enter }) => {
  const [jimin, ben] = [await enter('서지민'), await enter('Ben')];
  await owns(jimin);
  await jimin.goes(`/s/maru/-/room/${await idOf(jimin, '마루')}`);
  await jimin.page.getByRole('combobox', { name: 'Ben 님의 역할' }).selectOption('moderator');
  await jimin.page.getByRole('row', { name: /Ben/ }).getByRole('button', { name: '바꾸기' }).click();
  await isDone(jimin.page);
  // Notices that follow each other stand together, folded.
  await expect(ben.timeline.getByText(/도우미/)).toBeAttached();

  expect((await ben.page.request.get('/s/maru/-/reports')).status()).toBe(404);
  await jimin.goes('/s/maru/-/people');
  await jimin.page.getByRole('combobox', { name: 'Ben 님의 역할' }).selectOption('moderator');
  await jimin.page.getByRole('row', { name: /Ben/ }).getByRole('button', { name: '역할 바꾸기' }).click();
  await isDone(jimin.page);
  expect((await ben.page.request.get('/s/maru/-/reports')).status()).toBe(200);
});

test('who is sent out of a room while looking at it does not see it any more', async ({ enter }) => {
  const [jimin, ben] = [await enter('서지민'), await enter('Ben')];
  ben.expectsRefusals();
  await calls(jimin, 'create_room', { space: 'maru', name: '회의', topic: '', kind: 'private' });
  const room = await idOf(jimin, '회의');
  await calls(jimin, 'add_to_room', { room, user: 'Ben' });
  await ben.goes('/s/maru/%ED%9A%8C%EC%9D%98');
  await ben.isInRoom();

  await jimin.goes(`/s/maru/-/room/${room}`);
  const row = jimin.page.getByRole('row', { name: /Ben/ });
  await row.getByText('내보내기', { exact: true }).click();
  await row.getByRole('button', { name: '네, 그렇게 할게요' }).click();
  await isDone(jimin.page);
  await expect(ben.composer).toBeHidden();
  await expect(ben.page.getByRole('link', { name: /회의/ })).toHaveCount(0);
});

test('a message is reported, deleted, its author banned and let in again, and all of it is on record', async ({ enter }) => {
  const [jimin, ben, ana] = [await enter('서지민'), await enter('Ben'), await enter('Ana')];
  await owns(jimin);
  ben.expectsRefusals();
  await ben.says('싸게 팔아요');
  await ana.sees('싸게 팔아요');
  const room = await idOf(ana, '마루');
  const history = await ana.page.request.get(`/api/history?room=${room}&before=999&limit=20`);
  const { events } = (await history.json()) as { events: { seq: number; op: { text?: string } }[] };
  const { seq } = events.find((event) => event.op.text === '싸게 팔아요')!;

  const telling = await ana.page.context().newPage();
  await telling.goto(`/s/maru/-/report/${room}/${seq}`);
  await telling.getByRole('radio', { name: '광고나 도배예요' }).check();
  await telling.getByRole('textbox', { name: /더 알려 주실 것/ }).fill('벌써 세 번째예요');
  await button(telling, '알리기').click();
  await expect(telling.getByRole('heading', { name: '잘 전했어요' })).toBeVisible();

  await jimin.goes('/s/maru/-/reports');
  await expect(jimin.page.getByText('광고나 도배예요 · 벌써 세 번째예요')).toBeVisible();
  await jimin.page.getByText('글 지우기', { exact: true }).click();
  await button(jimin.page, '네, 그렇게 할게요').click();
  await expect(jimin.page.getByRole('heading', { name: '살펴볼 신고가 없어요' })).toBeVisible();
  await expect(ana.messages('싸게 팔아요')).toHaveCount(0);

  await jimin.goes('/s/maru/-/person/Ben');
  await jimin.page.locator('summary').filter({ hasText: '공간에서 내보내기' }).click();
  await jimin.page.getByRole('textbox', { name: /이유/ }).fill('광고를 되풀이했어요');
  await button(jimin.page, '공간에서 내보내기').click();
  await expect(jimin.page.getByText('이 공간에서 내보낸 사람이에요.')).toBeVisible();
  expect((await ben.page.request.get('/s/maru/-/rooms')).status()).toBe(404);
  await expect(ben.composer).toBeHidden();

  await jimin.page.getByRole('button', { name: /다시 들이기/ }).click();
  await isDone(jimin.page);
  await jimin.goes('/s/maru/-/audit');
  const record = jimin.page.getByRole('table');
  for (const said of [
    'Ben 님을 다시 들이기로 했어요',
    'Ben 님을 공간에서 내보냈어요 (광고를 되풀이했어요)',
    '#마루에서 Ben 님의 글을 지웠어요',
    '#마루에서 온 신고를 처리했어요',
  ]) {
    await expect(record.getByRole('cell', { name: said, exact: true })).toBeVisible();
  }
});

for (const { theme, width } of [
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
]) {
  test(`the pages of a space keep to WCAG 2.2 AA and fit (${theme}, ${width} px)`, async ({ enter }) => {
    test.slow();
    const [jimin, ben] = [await enter('서지민'), await enter('Ben')];
    await owns(jimin);
    const room = await idOf(jimin, '마루');
    const { code } = await calls<{ code: string }>(jimin, 'create_invite', { space: 'maru', guests: 'true', days: '7' });
    await ben.says('<b>안녕하세요</b>');
    await ben.isSettled();
    await jimin.page.context().addCookies([{ name: 'maru_theme', value: theme, url: jimin.server.url }]);
    await jimin.page.setViewportSize({ width, height: 900 });
    for (const path of [...pages, `invites?made=${code}`, `room/${room}`, 'person/Ben', `report/${room}/4`]) {
      await jimin.goes(`/s/maru/-/${path}`);
      await expect(jimin.page.getByRole('heading', { level: 1 })).toHaveCount(1);
      await isWithinWcag(jimin.page);
      const overflow = await jimin.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, path).toBeLessThanOrEqual(0);
    }
  });
}
