// Being sent out, made something else, and being in two spaces: while the page is open.

import { expect, needsOwnServer, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

needsOwnServer();

/** Calls a server function as the page of this person would. */
async function calls<T>(person: Person, name: string, form: Record<string, string>): Promise<T> {
  const answer = await person.page.request.post(`/api/${name}`, {
    form,
    headers: { origin: person.server.url, accept: 'application/json' },
  });
  expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
  return (await answer.json()) as T;
}

/** The id of the room on screen. */
async function roomOf(person: Person): Promise<string> {
  return (await person.timeline.getAttribute('data-room'))!;
}

/** Two people in a room that the first of them made, open on both pages. */
async function together(haeun: Person, ben: Person, kind: string): Promise<string> {
  const { id, name } = await calls<{ id: string; name: string }>(haeun, 'create_room', {
    space: 'maru',
    name: '자리',
    topic: '',
    kind,
  });
  await haeun.opens(name);
  await calls(haeun, 'add_to_room', { room: id, user: ben.name });
  await ben.opens(name);
  await expect(ben.composer).toBeVisible();
  expect(await roomOf(ben)).toBe(id);
  await haeun.says('어서 와요');
  await ben.sees('어서 와요');
  return id;
}

test('a private room closes at once for who is sent out of it, and opens again with what was being written', async ({ enter }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = await together(haeun, ben, 'private');
  await ben.composer.fill('쓰다 만 글');

  await calls(haeun, 'remove_from_room', { room, user: ben.name });
  await expect(ben.page.getByRole('heading', { level: 1, name: '이 방에서 나가게 되었어요' })).toBeVisible({ timeout: 1000 });
  await expect(ben.timeline).toHaveCount(0);
  await expect(ben.composer).toHaveCount(0);
  await expect(ben.page.getByText('어서 와요')).toHaveCount(0);
  await expect(ben.roomLink('자리')).toHaveCount(0);
  await expect(haeun.timeline).toContainText(`${ben.name} 님을 ${haeun.name} 님이 내보냈어요`);

  await calls(haeun, 'add_to_room', { room, user: ben.name });
  await ben.sees('어서 와요');
  await expect(ben.composer).toHaveValue('쓰다 만 글');

  await calls(haeun, 'remove_from_room', { room, user: ben.name });
  await ben.page.getByRole('link', { name: '다른 방으로 가기' }).click();
  await expect(ben.page.getByRole('heading', { level: 1, name: '어느 방으로 갈까요?' })).toBeVisible();
});

test('who is sent out of a room that all may read reads on, and learns who did it', async ({ enter }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = await together(haeun, ben, 'public');
  await calls(haeun, 'remove_from_room', { room, user: ben.name });
  await expect(ben.page.getByText('이제 이 방에 있지 않아요.')).toBeVisible({ timeout: 1000 });
  await expect(ben.composer).toHaveCount(0);
  await expect(ben.timeline).toContainText(`${ben.name} 님을 ${haeun.name} 님이 내보냈어요`);
});

test('a new role changes the menu that is open, and a room in which few write closes the composer', async ({ enter }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = await together(haeun, ben, 'public');
  await ben.page.getByRole('button', { name: ben.words.roomMenu }).click();
  const archive = ben.page.getByRole('menuitem', { name: ben.words.archive });
  await expect(ben.page.getByRole('menuitem', { name: ben.words.edit })).toBeVisible();
  await expect(archive).toHaveCount(0);
  await calls(haeun, 'set_room_role', { room, user: ben.name, role: 'owner' });
  await expect(archive).toBeVisible({ timeout: 1000 });
  await calls(haeun, 'set_room_role', { room, user: ben.name, role: 'member' });
  await expect(archive).toHaveCount(0);
  await ben.page.keyboard.press('Escape');

  await calls(haeun, 'configure_room', { room, kind: 'announcement', history: '' });
  await expect(ben.page.getByText('도우미와 지기만 글을 쓰는 방이에요.')).toBeVisible();
  await expect(ben.composer).toHaveCount(0);
  await haeun.says('알려 드려요');
  await ben.sees('알려 드려요');
});

test('two spaces stand in the rail; the one that is on screen closes when one is sent out of it', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  await server.runs('space', 'create', 'books', '--name', '동네책방', '--owner', ben.name);
  const rail = ben.page.getByRole('navigation', { name: '공간', exact: true });
  const books = rail.getByRole('link', { name: '동네책방' });
  // The program sees what the command line did within seconds; a page that is opened now, at once.
  await ben.reloads();
  await expect(books).toBeVisible({ timeout: 15_000 });
  await expect(rail.getByRole('link')).toHaveCount(2);
  await haeun.says('@Ben 여기 있어요?');
  await ben.sees('@Ben 여기 있어요?');

  await server.runs('space', 'ban', 'maru', ben.name);
  await expect(ben.page.getByRole('heading', { level: 1, name: '이 공간에서 나가게 되었어요' })).toBeVisible({ timeout: 15_000 });
  await expect(ben.timeline).toHaveCount(0);
  await expect(rail.getByRole('link')).toHaveCount(1);
  await ben.page.getByRole('link', { name: '다른 공간으로 가기' }).click();
  await expect(ben.page).toHaveURL(/\/s\/books$/);
  await expect(books).toHaveAttribute('aria-current', 'true');
});

test('a session that ends elsewhere sends its page to the doorway', async ({ enter, someone }) => {
  const haeun = await enter('하은');
  haeun.expectsRefusals();
  const other = await someone({ storageState: await haeun.page.context().storageState() });
  other.expectsRefusals();
  await other.goes('/');
  await other.isInRoom();
  await other.page.getByRole('button', { name: other.words.me }).click();
  await other.page.getByRole('button', { name: other.words.signOut, exact: true }).click();
  await expect(haeun.page).toHaveURL(/\/enter\?next=/, { timeout: 10_000 });
});
