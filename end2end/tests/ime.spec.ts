// Hangul is composed: the browser reports keys with code 229 while a syllable is unfinished, and the
// Enter that finishes it must not be taken for the Enter that sends. Driven through CDP, as an input
// method does it.

import type { CDPSession } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

class InputMethod {
  private constructor(private readonly cdp: CDPSession) {}

  static async of(person: Person): Promise<InputMethod> {
    await person.composer.click();
    return new InputMethod(await person.page.context().newCDPSession(person.page));
  }

  /** The unfinished text, as it grows: ㅎ, 하, 한. */
  async composes(...steps: string[]): Promise<void> {
    for (const text of steps) {
      await this.key('rawKeyDown', 229);
      await this.cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      await this.key('keyUp', 0);
    }
  }

  /** The composition ends with this text. */
  async commits(text: string): Promise<void> {
    await this.cdp.send('Input.insertText', { text });
  }

  /** Enter as it is reported while the input method handles it. */
  async enterWhileComposing(): Promise<void> {
    await this.key('rawKeyDown', 229);
  }

  async enterGoesUp(): Promise<void> {
    await this.key('keyUp', 13);
  }

  /** Enter as it is reported when the input method is done with it. */
  async enter(): Promise<void> {
    const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, nativeVirtualKeyCode: 13 };
    await this.cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', text: '\r', ...key });
    await this.cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  }

  private async key(type: 'rawKeyDown' | 'keyUp', code: number): Promise<void> {
    await this.cdp.send('Input.dispatchKeyEvent', {
      type,
      key: code === 229 ? 'Process' : 'Enter',
      code: 'Enter',
      windowsVirtualKeyCode: code,
      nativeVirtualKeyCode: code,
    });
  }
}

test('the premise: Chromium reports a composition, and a key in it as 229', async ({ enter }) => {
  const person = await enter('하은');
  const seen = await person.page.evaluateHandle(() => {
    const seen: string[] = [];
    for (const type of ['compositionstart', 'compositionend'])
      document.addEventListener(type, () => seen.push(type), true);
    document.addEventListener('keydown', (e) => seen.push(`${e.keyCode} ${e.isComposing}`), true);
    return seen;
  });
  const ime = await InputMethod.of(person);
  await ime.composes('ㅎ', '하');
  await ime.enterWhileComposing();
  await ime.commits('하');
  expect(await seen.jsonValue()).toEqual(['229 false', 'compositionstart', '229 true', '229 true', 'compositionend']);
});

test('Enter that finishes a syllable does not send; the next Enter sends, once, whole', async ({ enter }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const ime = await InputMethod.of(haeun);
  await ime.composes('ㅎ', '하', '한');
  await ime.commits('한');
  await ime.composes('ㄱ', '그', '글');
  await ime.enterWhileComposing();
  await ime.commits('글');
  await ime.enterGoesUp();
  await expect(haeun.composer).toHaveValue('한글');
  await expect(haeun.messages('한글')).toHaveCount(0);

  await ime.enter();
  await ben.sees('한글');
  await haeun.sees('한글');
  await expect(haeun.composer).toHaveValue('');
  await haeun.isSettled();
  await expect(haeun.timeline.locator('article.mine')).toHaveCount(1);
});

test('one press of Enter that ends the composition and is reported again sends once', async ({ enter }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const ime = await InputMethod.of(haeun);
  await ime.composes('ㅂ', '바', '밥');
  await ime.enterWhileComposing();
  await ime.commits('밥');
  await ime.enter();
  await ben.sees('밥');
  await expect(haeun.composer).toHaveValue('');
  await haeun.isSettled();
  await expect(haeun.timeline.locator('article.mine')).toHaveCount(1);

  // The field is usable at once, with the next composition.
  await ime.composes('ㅇ', '우', '우리');
  await ime.commits('우리');
  await expect(haeun.composer).toHaveValue('우리');
  await ime.enter();
  await ben.sees('우리');
  await expect(haeun.timeline.locator('article.mine')).toHaveCount(2);
});

test('where the composition ends before its Enter is reported, that Enter does not send either', async ({ enter }) => {
  const haeun = await enter('하은');
  const ime = await InputMethod.of(haeun);
  await ime.composes('ㄴ', '나');
  await ime.commits('나');
  await ime.enterWhileComposing();
  await ime.enterGoesUp();
  await expect(haeun.composer).toHaveValue('나');
  await ime.enter();
  await haeun.sees('나');
  await expect(haeun.timeline.locator('article.mine')).toHaveCount(1);
});
