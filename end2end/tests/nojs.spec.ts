// Before and without WASM: the page shows what was said, and plain forms work.

import { expect, test } from '../fixtures.ts';

test.describe('without JavaScript', () => {
  const plain = { javaScriptEnabled: false };

  test('the doorway lets in, history shows, and a form posts', async ({ enter, someone, server }) => {
    const ben = await enter('Ben');
    const before = server.own('said before');
    await ben.says(before);
    await ben.isSettled();

    const person = await someone(plain);
    await person.page.goto('/');
    await person.fillsName(server.own('종이'));
    await expect(person.page).toHaveURL(/\/s\/maru\//);
    await expect(person.messages(before)).toHaveCount(1);

    const posted = server.own('종이로 보내는 글');
    await person.composer.fill(posted);
    await person.page.getByRole('button', { name: person.words.send }).click();
    await expect(person.messages(posted)).toHaveCount(1);
    await expect(person.composer).toHaveValue('');
    await ben.sees(posted);

    // A reload asks for the page, not for the form again.
    await person.page.reload();
    await expect(person.messages(posted)).toHaveCount(1);
  });

  test('a room can be made, and one that is refused keeps what was typed', async ({ someone, server }) => {
    const person = await someone(plain);
    person.expectsRefusals();
    await person.page.goto('/');
    await person.fillsName(server.own('목수'));
    const room = server.own('사랑방');
    await person.makesRoom(room);

    await person.asksForRoom(room);
    await expect(person.page.getByText(person.words.taken)).toBeVisible();
    await expect(person.page.getByRole('textbox', { name: person.words.roomName }).first()).toHaveValue(room);
  });

  test('a refused name stays in the field, with a sentence', async ({ someone }) => {
    const person = await someone(plain);
    person.expectsRefusals();
    await person.page.goto('/enter');
    const long = '가'.repeat(33);
    await person.nameField.fill(long);
    await person.page.getByRole('button', { name: person.words.enter }).click();
    await expect(person.page.getByText(person.words.longName)).toBeVisible();
    await expect(person.nameField).toHaveValue(long);
  });

  test('a text that is too long is refused with a sentence and kept', async ({ someone, server }) => {
    const person = await someone(plain);
    person.expectsRefusals();
    await person.page.goto('/');
    await person.fillsName(server.own('긴글'));
    const long = `${'a'.repeat(8000)}</textarea><b>end`;
    await person.composer.fill(long);
    await person.page.getByRole('button', { name: person.words.send }).click();
    await expect(person.page.getByText(person.words.tooLong).first()).toBeVisible();
    await expect(person.composer).toHaveValue(long);
  });
});

test('a page whose WASM does not come is still a page', async ({ enter, someone, server }) => {
  const ben = await enter('Ben');
  const before = server.own('said before');
  await ben.says(before);
  await ben.isSettled();

  const person = await someone();
  person.expectsOutage();
  await person.page.route('**/*.wasm', (route) => route.abort());
  await person.page.goto('/');
  await person.nameField.fill(server.own('기다림'));
  await person.page.getByRole('button', { name: person.words.enter }).click();
  await expect(person.messages(before)).toHaveCount(1);
  const posted = server.own('깨어나기 전에');
  await person.composer.fill(posted);
  await person.page.getByRole('button', { name: person.words.send }).click();
  await ben.sees(posted);
  // Only the missing file may have been complained about.
  person.complaints.splice(0);
});
