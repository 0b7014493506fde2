import { expect, test } from '../fixtures.ts';

test('a name is enough to come in', async ({ enter }) => {
  const person = await enter('하은');
  await expect(person.page).toHaveURL(/\/s\/maru\//);
  await expect(person.composer).toBeVisible();
});

test('leave the page and come back: the same person', async ({ enter }) => {
  const person = await enter('민서');
  await person.says('나는 민서예요');
  await person.sees('나는 민서예요');
  await person.isSettled();

  const again = await person.page.context().newPage();
  await person.page.close();
  await again.goto('/');
  await expect(again.getByRole('log')).toBeVisible();
  await expect(again.getByText('나는 민서예요')).toBeVisible();
  await expect(again.locator('.msg.mine')).not.toHaveCount(0);
  await expect(again.locator('.me')).toContainText(person.name);
});

test('a page that one may not see yet leads through the doorway and on', async ({ enter, someone, server }) => {
  const host = await enter('지기');
  const path = new URL(host.page.url()).pathname;
  const person = await someone();
  await person.goes(path);
  await expect(person.page).toHaveURL(/\/enter\?next=/);
  await person.fillsName(server.own('나그네'));
  await person.isInRoom();
  expect(new URL(person.page.url()).pathname).toBe(path);
});

for (const { what, typed, sentence } of [
  { what: 'blank', typed: '   ', sentence: 'blank' },
  { what: 'over-long', typed: '가'.repeat(33), sentence: 'longName' },
] as const) {
  test(`a ${what} name gets a sentence beside the field and stays there`, async ({ someone }) => {
    const person = await someone();
    person.expectsRefusals();
    await person.goes('/');
    await person.fillsName(typed);
    await expect(person.page.getByText(person.words[sentence])).toBeVisible();
    await expect(person.nameField).toHaveValue(typed);
    await expect(person.nameField).toHaveAttribute('aria-invalid', 'true');
  });
}

test('a taken name gets a sentence, also in other letters, and the next one is taken', async ({ enter, someone, server }) => {
  await enter('Ana Souza');
  const person = await someone();
  person.expectsRefusals();
  await person.goes('/');
  const taken = server.own('ANA souza');
  await person.fillsName(taken);
  await expect(person.page.getByText(person.words.taken)).toBeVisible();
  await expect(person.nameField).toHaveValue(taken);

  await person.fillsName(server.own('Ana Lima'));
  await person.isInRoom();
});
