import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { act, seed } from '../seed.ts';

const quotes = (person: Person, answer: string) => person.messages(answer).locator('a.replyto');

test('an answer quotes what it answers as it is now, and calls its author', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const [question, changed, reply] = ['몇 시에 배포해요?', '몇 시에 배포할까요?', '다섯 시요'].map((text) => server.own(text));
  const first = await ben.page.getByRole('heading', { level: 1 }).innerText();
  await haeun.says(question);
  await ben.sees(question);
  await haeun.makesRoom(server.own('여름 출시'));

  await (await ben.pointsAt(question)).getByRole('button', { name: ben.words.reply }).click();
  await expect(ben.composer).toBeFocused();
  await expect(ben.page.getByText(ben.words.replyingTo(haeun.name))).toBeVisible();
  await ben.says(reply);
  await expect(quotes(ben, reply)).toContainText(question);
  await expect(quotes(ben, reply)).toContainText(haeun.name);
  await expect(ben.page.getByText(ben.words.replyingTo(haeun.name))).toHaveCount(0);
  await expect(haeun.roomLink(first)).toContainText(haeun.words.mentions(1));

  await haeun.opens(first);
  await haeun.sees(reply);
  await haeun.edits(question, changed);
  await expect(quotes(ben, reply)).toContainText(changed);
  await haeun.deletes(changed);
  await expect(quotes(ben, reply)).toContainText(ben.words.gone, { timeout: 15_000 });
  await ben.reloads();
  await expect(quotes(ben, reply)).toContainText(ben.words.gone);
});

test('what is being answered stays over a reload, and Escape leaves it without the text', async ({ enter, server }) => {
  const haeun = await enter('하은');
  const question = server.own('점심?');
  await haeun.says(question);
  await haeun.isSettled();
  await haeun.timeline.focus();
  await haeun.page.keyboard.press('Tab');
  await (await haeun.pointsAt(question)).getByRole('button', { name: haeun.words.reply }).click();
  await haeun.composer.fill('국수');
  await haeun.reloads();
  await expect(haeun.page.getByText(haeun.words.replyingTo(haeun.name))).toBeVisible();
  await expect(haeun.composer).toHaveValue('국수');
  await haeun.composer.press('Escape');
  await expect(haeun.page.getByText(haeun.words.replyingTo(haeun.name))).toHaveCount(0);
  await expect(haeun.composer).toHaveValue('국수');
  await haeun.composer.press('Enter');
  await haeun.sees('국수');
  await expect(quotes(haeun, '국수')).toHaveCount(0);
});

test.describe('in a long room', () => {
  test.use({ serverEnv: { MARU_RATES: 'off' } });

  test('what is quoted and not on the page is brought, and follows its edits', async ({ enter, server }) => {
    const haeun = await enter('하은');
    const room = server.own('긴 방');
    await haeun.makesRoom(room);
    const at = haeun.page.url();
    const texts = Array.from({ length: 160 }, (_, at) => `line ${at}`);
    const [first] = await seed(haeun.page.context(), at, room, texts);
    await act(haeun.page.context(), at, room, [{ kind: 'message', text: 'late answer', reply_to: first }]);
    await haeun.reloads();
    await haeun.sees('late answer');
    await expect(haeun.messages('line 0')).toHaveCount(0);
    await expect(quotes(haeun, 'late answer')).toContainText('line 0', { timeout: 15_000 });
    await act(haeun.page.context(), at, room, [{ kind: 'edit', of: first, text: 'line zero' }]);
    await expect(quotes(haeun, 'late answer')).toContainText('line zero');
    await act(haeun.page.context(), at, room, [{ kind: 'delete', of: first }]);
    await expect(quotes(haeun, 'late answer')).toContainText(haeun.words.gone);
  });
});
