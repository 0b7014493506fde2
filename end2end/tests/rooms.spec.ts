import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

/** Opens the menu of the room on screen and chooses an entry. */
async function chooses(person: Person, entry: string | RegExp): Promise<void> {
  await person.page.getByRole('button', { name: person.words.roomMenu }).click();
  await person.page.getByRole('menuitem', { name: entry }).click();
}

test('a new room appears in everybody’s list without a reload, and can be read and joined', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = server.own('여름 출시');
  await haeun.makesRoom(room);
  await haeun.says('여기서 이야기해요');
  await haeun.isSettled();

  await expect(ben.roomLink(room)).toBeVisible();
  await ben.opens(room);
  // Not in the room yet: what was said can be read, writing needs joining.
  await ben.sees('여기서 이야기해요');
  await expect(ben.composer).toHaveCount(0);
  await ben.page.getByRole('button', { name: ben.words.join }).click();
  await expect(ben.composer).toBeVisible();
  await ben.says('I am in');
  await haeun.sees('I am in');
  await expect(haeun.timeline).toContainText(`${ben.name} 님이 들어왔어요`);
});

test('room after room without a reload, back and forward too', async ({ enter, server }) => {
  const person = await enter('하은');
  const first = await person.page.getByRole('heading', { level: 1 }).first().innerText();
  const room = server.own('둘째 방');
  const words = server.own('첫 방에서');
  await person.says(words);
  await person.sees(words);
  await person.makesRoom(room);
  await expect(person.messages(words)).toHaveCount(0);
  await person.page.goBack();
  await expect(person.page.getByRole('heading', { level: 1, name: first })).toBeVisible();
  await person.sees(words);
  await person.page.goForward();
  await expect(person.page.getByRole('heading', { level: 1, name: room })).toBeVisible();
});

test('a new room opens before the socket tells of it, and the page stays awake', async ({ someone, server }) => {
  const person = await someone();
  let isHeld = false;
  const held: (() => void)[] = [];
  await person.page.routeWebSocket(/\/v1\/ws$/, (socket) => {
    socket.connectToServer().onMessage((frame) => {
      if (isHeld) held.push(() => socket.send(frame));
      else socket.send(frame);
    });
  });
  await person.enters(server.own('하은'));
  isHeld = true;
  await person.makesRoom(server.own('새 방'));
  isHeld = false;
  for (const tell of held) tell();
  await person.says(server.own('깨어 있어요'));
  await person.sees(server.own('깨어 있어요'));
  await person.isSettled();
});

test('a name that is taken, blank or too long gets a sentence in the dialog and stays there', async ({ enter, server }) => {
  const person = await enter('하은');
  person.expectsRefusals();
  const room = server.own('Planning');
  await person.makesRoom(room);

  for (const [typed, sentence] of [
    [room.toUpperCase(), person.words.taken],
    ['  ', person.words.blank],
    ['가'.repeat(41), /40자까지예요/],
  ] as const) {
    await person.asksForRoom(typed);
    const dialog = person.page.getByRole('dialog');
    await expect(dialog.getByText(sentence)).toBeVisible();
    await expect(dialog.getByRole('textbox', { name: person.words.roomName })).toHaveValue(typed);
  }
  await person.asksForRoom(server.own('Planning 2'));
  await expect(person.page.getByRole('dialog')).toBeHidden();
});

test('name and topic can be changed; everybody sees it at once', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const [before, after] = [server.own('점심'), server.own('저녁')];
  await haeun.makesRoom(before);
  await expect(ben.roomLink(before)).toBeVisible();

  const dialog = haeun.page.getByRole('dialog');
  await chooses(haeun, haeun.words.edit);
  await dialog.getByRole('textbox', { name: haeun.words.roomName }).fill(after);
  await dialog.getByRole('button', { name: haeun.words.rename }).click();
  await expect(dialog).toBeHidden();
  await chooses(haeun, haeun.words.edit);
  await dialog.getByRole('textbox', { name: haeun.words.topic }).fill('뭐 먹을까요?');
  await dialog.getByRole('button', { name: haeun.words.setTopic }).click();
  await expect(dialog).toBeHidden();

  await expect(haeun.page.getByRole('heading', { level: 1, name: after })).toBeVisible();
  await expect(haeun.page.locator('.roomhead__topic')).toHaveText('뭐 먹을까요?');
  await expect(ben.roomLink(after)).toBeVisible();
  await expect(ben.roomLink(before)).toHaveCount(0);

  // The address follows the name.
  await haeun.reloads();
  await expect(haeun.page.getByRole('heading', { level: 1, name: after })).toBeVisible();
});

test('an archived room keeps its words and says why nothing can be added; restoring opens it again', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = server.own('끝난 일');
  await haeun.makesRoom(room);
  await haeun.says('수고하셨어요');
  await haeun.isSettled();
  await expect(ben.roomLink(room)).toBeVisible();
  await ben.opens(room);
  await ben.page.getByRole('button', { name: ben.words.join }).click();
  await expect(ben.composer).toBeVisible();

  await chooses(haeun, haeun.words.archive);
  for (const person of [haeun, ben]) {
    await expect(person.page.getByText(person.words.archived)).toBeVisible();
    await expect(person.composer).toHaveCount(0);
    await person.sees('수고하셨어요');
  }

  await chooses(haeun, haeun.words.restore);
  for (const person of [haeun, ben]) await expect(person.composer).toBeVisible();
  await ben.says('again');
  await haeun.sees('again');
});

test('only the owner finds archiving in the menu', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = server.own('하은의 방');
  await haeun.makesRoom(room);
  await ben.opens(room);
  await ben.page.getByRole('button', { name: ben.words.join }).click();
  await ben.page.getByRole('button', { name: ben.words.roomMenu }).click();
  await expect(ben.page.getByRole('menuitem', { name: ben.words.edit })).toBeVisible();
  await expect(ben.page.getByRole('menuitem', { name: ben.words.archive })).toHaveCount(0);
});

test('a room that is not there says so, and the way back', async ({ enter }) => {
  const person = await enter('하은');
  person.expectsRefusals();
  const answer = await person.page.goto('/s/maru/%EC%97%86%EB%8A%94%20%EB%B0%A9');
  expect(answer?.status()).toBe(404);
  await person.isAwake();
  await expect(person.page.getByText('이 방은 여기 없어요').first()).toBeVisible();
  await person.page.getByRole('link', { name: '마루로 가기' }).click();
  await expect(person.timeline).toBeVisible();
});
