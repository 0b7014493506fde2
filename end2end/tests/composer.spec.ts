import { expect, test } from '../fixtures.ts';

test('Enter sends and Shift+Enter breaks the line; the focus stays', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  await haeun.composer.click();
  await haeun.page.keyboard.type(server.own('첫 줄'));
  await haeun.page.keyboard.press('Shift+Enter');
  await haeun.page.keyboard.type('둘째 줄');
  await expect(haeun.composer).toHaveValue(`${server.own('첫 줄')}\n둘째 줄`);
  await haeun.page.keyboard.press('Enter');
  await expect(haeun.composer).toHaveValue('');
  await expect(haeun.composer).toBeFocused();

  const row = ben.timeline.getByRole('article').filter({ hasText: server.own('첫 줄') });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('둘째 줄');
  const lines = (await row.locator('.prose').innerText()).split('\n').filter(Boolean);
  expect(lines).toHaveLength(2);
});

test('the button sends too, and nothing but blanks sends nothing', async ({ enter, server }) => {
  const person = await enter('하은');
  const text = server.own('단추로');
  await person.composer.fill(text);
  await person.page.getByRole('button', { name: person.words.send }).click();
  await person.sees(text);
  await person.isSettled();
  const count = await person.timeline.locator('article.mine').count();
  await person.composer.fill('  \n ');
  await person.composer.press('Enter');
  await person.says(server.own('그 다음'));
  await person.sees(server.own('그 다음'));
  await expect(person.timeline.locator('article.mine')).toHaveCount(count + 1);
});

test('the field grows with the text, up to a part of the page, and shrinks when it is sent', async ({ enter }) => {
  const person = await enter('하은');
  const height = async () => (await person.composer.boundingBox())!.height;
  const low = await height();
  await person.composer.fill('하나\n둘\n셋\n넷');
  await expect.poll(height).toBeGreaterThan(low * 2);
  await person.composer.fill(Array.from({ length: 80 }, (_, line) => `${line}`).join('\n'));
  await expect.poll(height).toBeLessThanOrEqual(0.45 * 800);
  await expect(person.composer).toBeInViewport();
  await person.composer.press('Enter');
  await expect.poll(height).toBe(low);
});

test('a text that is too long is not sent, is kept, and a sentence says by how much', async ({ enter }) => {
  const person = await enter('하은');
  const long = 'ㅋ'.repeat(8_003);
  await person.composer.fill(long);
  await person.composer.press('Enter');
  await expect(person.page.getByText(person.words.tooLong).first()).toBeVisible();
  await expect(person.composer).toHaveValue(long);
  await expect(person.timeline.locator('article.mine')).toHaveCount(0);
  await person.composer.fill('ㅋ'.repeat(8_000));
  await person.composer.press('Enter');
  await expect(person.timeline.locator('article.mine')).toHaveCount(1);
  await person.isSettled();
});
