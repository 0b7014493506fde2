import { expect, needsOwnServer, test } from '../fixtures.ts';

needsOwnServer();

test('the server is killed while somebody types: the page recovers by itself, nothing is lost or doubled', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  await haeun.says('아직 괜찮아요');
  await ben.sees('아직 괜찮아요');

  await haeun.composer.pressSequentially('반쯤 쓴 ');
  await server.kill9();
  await haeun.composer.pressSequentially('글이에요');
  await expect(haeun.page.getByText(haeun.words.reconnecting)).toBeVisible({ timeout: 15_000 });
  await expect(haeun.composer).toHaveValue('반쯤 쓴 글이에요');

  // What is sent while nobody listens waits, in order, in sight.
  await haeun.composer.press('Enter');
  await haeun.says('두 번째');
  await haeun.says('세 번째');
  await expect(haeun.timeline.getByText(haeun.words.pending).first()).toBeVisible();
  await haeun.composer.fill('다음에 쓸 글');

  await server.start();
  const said = ['아직 괜찮아요', '반쯤 쓴 글이에요', '두 번째', '세 번째'];
  for (const text of said) await Promise.all([haeun.sees(text), ben.sees(text)]);
  await haeun.isSettled();
  await expect(haeun.page.getByText(haeun.words.reconnecting)).toBeHidden({ timeout: 15_000 });
  await expect(haeun.composer).toHaveValue('다음에 쓸 글');

  const rows = (await ben.timeline.getByRole('article').allInnerTexts())
    .map((row) => said.findIndex((text) => row.includes(text)))
    .filter((place) => place >= 0);
  expect(rows).toEqual([0, 1, 2, 3]);
});

test('killed three times in the middle of a burst, each message is there exactly once', async ({ enter, server }) => {
  test.setTimeout(120_000);
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const said: string[] = [];
  for (let round = 1; round <= 3; round += 1) {
    for (let number = 1; number <= 6; number += 1) {
      const text = `${round}차 ${number}번`;
      said.push(text);
      await haeun.says(text);
      // Somewhere between the sends and their acks.
      if (number === 4) await server.kill9();
    }
    await server.start();
    await haeun.sees(said.at(-1)!);
    await haeun.isSettled();
  }
  for (const person of [haeun, ben]) for (const text of said) await person.sees(text);

  await ben.reloads();
  for (const text of said) await ben.sees(text);
  const order = (await ben.timeline.getByRole('article').allInnerTexts())
    .map((row) => said.findIndex((text) => row.includes(text)))
    .filter((place) => place >= 0);
  expect(order).toEqual(said.map((_, place) => place));
});
