import { expect, test } from '../fixtures.ts';

test('two people in two browsers talk, both ways', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const [hello, answer] = [server.own('안녕하세요, 들리나요?'), server.own('Loud and clear.')];

  await haeun.says(hello);
  await ben.sees(hello);
  await ben.says(answer);
  await haeun.sees(answer);

  await expect(haeun.messages(hello)).toHaveClass(/\bmine\b/);
  await expect(ben.messages(hello)).not.toHaveClass(/\bmine\b/);
  await expect(ben.messages(hello)).toContainText(haeun.name);
  await Promise.all([haeun.isSettled(), ben.isSettled()]);
});

test('a third joins late and sees what was said; a reload keeps it', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const said = ['첫 번째 글', 'the second', '세 번째 글'].map((text) => server.own(text));
  for (const [turn, text] of said.entries()) {
    const speaker = turn % 2 ? ben : haeun;
    await speaker.says(text);
    await Promise.all([haeun.sees(text), ben.sees(text)]);
  }

  const late = await enter('늦은이');
  for (const text of said) await late.sees(text);
  const order = (await late.timeline.getByRole('article').allInnerTexts())
    .map((row) => said.findIndex((text) => row.includes(text)))
    .filter((place) => place >= 0);
  expect(order).toEqual([0, 1, 2]);

  for (const person of [haeun, late]) {
    await person.reloads();
    for (const text of said) await person.sees(text);
  }
  const after = server.own('다시 왔어요');
  await haeun.says(after);
  await late.sees(after);
});

test('the room says how many are here, and forgets who left', async ({ enter }) => {
  const first = await enter('하나');
  const count = first.page.getByRole('button', { name: /지금 \d+명/ }).first();
  await expect(count).toBeVisible();
  const number = async () => Number(/\d+/.exec(await count.innerText())?.[0]);
  // Oneself is one of them, once the server has counted.
  await expect.poll(number).toBeGreaterThan(0);
  const alone = await number();

  const second = await enter('두리');
  await expect.poll(number).toBe(alone + 1);
  await second.page.context().close();
  await expect.poll(number, { timeout: 30_000 }).toBe(alone);
});

test('what somebody says is text, whatever it looks like', async ({ enter, server }) => {
  const [mal, ben] = await Promise.all([enter('Mallory'), enter('Ben')]);
  const text = server.own('<img src=x onerror="document.title=1"> </textarea><script>alert(1)</script> &amp;');
  await mal.says(text);
  await ben.sees(text);
  await ben.reloads();
  await ben.sees(text);
  expect(await ben.page.locator('.timeline img, .timeline script').count()).toBe(0);
});

test('without a network the page says so, keeps what is written, and sends it afterwards', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const text = server.own('굴 속에서 쓴 글');
  haeun.expectsOutage();
  await haeun.page.context().setOffline(true);
  // An open connection gets ten seconds to answer before it is given up.
  await expect(haeun.page.getByText(haeun.words.offline)).toBeVisible({ timeout: 20_000 });
  await haeun.says(text);
  await haeun.sees(text);
  await haeun.page.context().setOffline(false);
  await ben.sees(text);
  await haeun.isSettled();
  await haeun.sees(text);
  await expect(haeun.page.getByText(haeun.words.offline)).toBeHidden();
});
