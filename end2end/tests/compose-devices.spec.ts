// What one is writing is kept: through a reload, another room, and on all devices; and what is typed is never lost to
// an update.

import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { seed } from '../seed.ts';

/** A second browser of the same person, in the room that the first is in. */
async function device(person: Person, someone: (options?: object) => Promise<Person>): Promise<Person> {
  const storageState = await person.page.context().storageState({ indexedDB: false });
  const other = await someone({ storageState: { cookies: storageState.cookies, origins: [] } });
  other.words = person.words;
  await other.goes(person.page.url());
  await other.isInRoom();
  return other;
}

test('a text is there after a reload and in its room alone', async ({ enter, server }) => {
  const person = await enter('하은');
  const room = server.own('다른 방');
  const first = (await person.page.getByRole('heading', { level: 1 }).innerText()).trim();
  await person.composer.pressSequentially('아직 쓰는 중');
  await person.makesRoom(room);
  await expect(person.composer).toHaveValue('');
  await expect(person.roomLink(first)).toContainText('쓰던 글이 있어요');
  await person.opens(first);
  await expect(person.composer).toHaveValue('아직 쓰는 중');
  await person.reloads();
  await expect(person.composer).toHaveValue('아직 쓰는 중');
});

test('a text follows to another device, and goes there when it was said', async ({ enter, someone }) => {
  const desk = await enter('하은');
  await desk.composer.pressSequentially('이어서 쓸 글');
  const phone = await device(desk, someone);
  await expect(phone.composer).toHaveValue('이어서 쓸 글', { timeout: 15_000 });
  await phone.composer.press('End');
  await phone.composer.pressSequentially('이에요');
  await desk.page.getByRole('heading', { level: 1 }).click();
  await desk.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await expect(desk.composer).toHaveValue('이어서 쓸 글이에요', { timeout: 30_000 });
  await phone.composer.press('Enter');
  await desk.sees('이어서 쓸 글이에요');
  await expect(desk.composer).toHaveValue('', { timeout: 15_000 });
});

test('a text in a field with the focus is not replaced: the other is offered', async ({ enter, someone }) => {
  const desk = await enter('하은');
  const phone = await device(desk, someone);
  await desk.page.context().setOffline(true);
  desk.expectsOutage();
  await desk.composer.pressSequentially('책상에서');
  await phone.composer.pressSequentially('전화에서');
  // Until the phone's text is at the server: it rests for a second first.
  const third = await device(phone, someone);
  await expect(third.composer).toHaveValue('전화에서', { timeout: 15_000 });
  await desk.page.context().setOffline(false);
  await desk.composer.focus();
  const offer = desk.page.getByRole('button', { name: '가져오기' });
  await expect(offer).toBeVisible({ timeout: 30_000 });
  await expect(desk.composer).toHaveValue('책상에서');
  await offer.click();
  await expect(desk.composer).toHaveValue('전화에서\n책상에서');
});

test.describe('while much is said', () => {
  test.use({ serverEnv: { MARU_LIMITS: 'off' } });

  test('no keystroke is lost, and the caret stays', async ({ enter, server }) => {
    const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
    const room = (await haeun.page.getByRole('heading', { level: 1 }).innerText()).trim();
    const noise = seed(ben.page.context(), ben.page.url(), room, Array.from({ length: 300 }, (_, n) => `소식 ${n}`));
    const text = server.own('the quick brown fox jumps over the lazy dog '.repeat(3).trim());
    await haeun.composer.pressSequentially(text, { delay: 15, timeout: 60_000 });
    await haeun.composer.press('Home');
    await haeun.composer.pressSequentially('앞 ');
    await noise;
    await expect(haeun.composer).toHaveValue(`앞 ${text}`);
    await expect(haeun.composer).toBeFocused();
  });
});

test('a paste keeps its line breaks and nothing but text, and grows the field', async ({ enter }) => {
  const person = await enter('하은');
  await person.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await person.composer.click();
  await person.page.evaluate(async () => {
    const blob = (type: string, text: string) => new Blob([text], { type });
    const plain = blob('text/plain', 'one\ntwo\n\n  three');
    const html = blob('text/html', '<b>one</b><p>two</p>');
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': plain, 'text/html': html })]);
  });
  await person.page.keyboard.press('Control+v');
  await expect(person.composer).toHaveValue('one\ntwo\n\n  three');
  await person.composer.fill('x\n'.repeat(60));
  const height = (await person.composer.boundingBox())!.height;
  const page = person.page.viewportSize()!.height;
  expect(height).toBeGreaterThan(page * 0.3);
  expect(height).toBeLessThanOrEqual(page * 0.4 + 1);
});

test('keys put marks around what is selected, and take them away', async ({ enter }) => {
  const person = await enter('하은');
  await person.composer.fill('정말 좋아요');
  await person.composer.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(3, 6));
  await person.page.keyboard.press('Control+b');
  await expect(person.composer).toHaveValue('정말 **좋아요**');
  await person.page.keyboard.press('Control+b');
  await expect(person.composer).toHaveValue('정말 좋아요');
  await person.page.keyboard.press('Control+Shift+x');
  await expect(person.composer).toHaveValue('정말 ~~좋아요~~');
});
