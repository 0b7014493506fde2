// A person at a browser: what they do and what they see, by role and name.

import { type Locator, type Page, expect } from '@playwright/test';
import type { Server } from './server.ts';
import { type Words, words } from './words.ts';

// The browser's own words when an answer is a refusal, or when nobody answers at all.
const refusedByServer = /^Failed to load resource: the server responded with a status of (4\d\d)/;
const nobodyAnswers = /net::ERR_|WebSocket connection to .* failed/;

export class Person {
  name = '';
  words: Words = words.ko;
  /** Errors that the page wrote to its console, or threw. */
  readonly complaints: string[] = [];
  #mayBeRefused = false;
  #mayLoseServer = false;

  constructor(
    readonly page: Page,
    readonly server: Server,
  ) {
    page.on('pageerror', (error) => this.complaints.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const text = message.text();
      if (this.#mayBeRefused && refusedByServer.test(text)) return;
      if ((this.#mayLoseServer || server.wasDown) && nobodyAnswers.test(text)) return;
      this.complaints.push(`${text} (${message.location().url})`);
    });
  }

  // --- what the browser may say in this journey ---

  /** This journey is refused something: the browser notes the status of that answer. */
  expectsRefusals(): void {
    this.#mayBeRefused = true;
  }

  /** This journey loses the server: the browser notes that nobody answers. */
  expectsOutage(): void {
    this.#mayLoseServer = true;
  }

  // --- coming in ---

  /** Opens a page and waits until it is awake; plain pages have nothing that wakes. */
  async goes(path: string): Promise<void> {
    await this.page.goto(path);
    if (await this.page.locator('script[type="module"]').count()) await this.isAwake();
  }

  async isAwake(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-hydrated', '1', { timeout: 20_000 });
  }

  async reloads(): Promise<void> {
    await this.page.reload();
    await this.isAwake();
  }

  /** Comes in by the doorway, into the first room. */
  async enters(name: string): Promise<void> {
    this.name = name;
    await this.goes('/');
    await this.fillsName(name);
    await this.isInRoom();
  }

  /** Types a name at the doorway and goes on. */
  async fillsName(name: string): Promise<void> {
    await this.nameField.fill(name);
    await this.page.getByRole('button', { name: this.words.enter }).click();
  }

  async isInRoom(): Promise<void> {
    await expect(this.timeline).toBeVisible();
    await this.isAwake();
  }

  get nameField(): Locator {
    return this.page.getByRole('textbox', { name: this.words.enterName });
  }

  // --- talking ---

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: this.words.composer });
  }

  get timeline(): Locator {
    return this.page.getByRole('log');
  }

  /** Messages that say exactly this; not those that quote it. */
  messages(text: string): Locator {
    return this.timeline.getByRole('article').filter({ has: this.page.locator('.prose').getByText(text, { exact: true }) });
  }

  /** Types a text and presses Enter. */
  async says(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Sees this message exactly once. */
  async sees(text: string): Promise<void> {
    await expect(this.messages(text)).toHaveCount(1, { timeout: 30_000 });
  }

  /** None of one's messages is on its way any more. */
  async isSettled(): Promise<void> {
    await expect(this.timeline.getByText(this.words.pending)).toHaveCount(0, { timeout: 20_000 });
  }

  // --- messages that are there ---

  /** The bar of a message: it shows when one points at the row. */
  async pointsAt(text: string): Promise<Locator> {
    await this.messages(text).hover();
    const bar = this.messages(text).getByRole('toolbar', { name: this.words.actions });
    await expect(bar).toBeVisible();
    return bar;
  }

  /** What is typed into while a message is changed. */
  get editor(): Locator {
    return this.timeline.getByRole('textbox', { name: this.words.editor });
  }

  /** Gives a message of one's own another text. */
  async edits(text: string, to: string): Promise<void> {
    await (await this.pointsAt(text)).getByRole('button', { name: this.words.editIt }).click();
    await expect(this.editor).toHaveValue(text);
    await this.editor.fill(to);
    await this.editor.press('Enter');
  }

  /** Opens the menu of a message. */
  async opensMenu(text: string): Promise<Locator> {
    await (await this.pointsAt(text)).getByRole('button', { name: this.words.more }).click();
    const menu = this.page.getByRole('dialog', { name: this.words.messageMenu });
    await expect(menu).toBeVisible();
    return menu;
  }

  /** Deletes a message of one's own; it goes out after a while. */
  async deletes(text: string): Promise<void> {
    await (await this.opensMenu(text)).getByRole('button', { name: this.words.deleteIt, exact: true }).click();
    await expect(this.timeline.getByRole('button', { name: this.words.undo })).toBeVisible();
  }

  /** Deletes what somebody else said, and says yes when asked. */
  async deletesOthers(text: string): Promise<void> {
    await (await this.opensMenu(text)).getByRole('button', { name: this.words.deleteIt, exact: true }).click();
    const question = this.page.getByRole('dialog', { name: this.words.deleteQuestion });
    await question.getByRole('button', { name: this.words.deleteIt, exact: true }).click();
  }

  /** Puts an emoji under a message, or takes it back, by the bar. */
  async reacts(text: string, emoji: string): Promise<void> {
    await (await this.pointsAt(text)).getByRole('button', { name: this.words.reactWith(emoji) }).click();
  }

  /** What stands under a message. */
  reactions(text: string): Locator {
    return this.messages(text).getByRole('group', { name: this.words.reactions });
  }

  /** The emoji among it; not the button for one more. */
  chips(text: string): Locator {
    return this.reactions(text).getByRole('button', { name: / \d+: / });
  }

  /** So many messages on screen are deleted ones. */
  async seesGone(count: number): Promise<void> {
    await expect(this.timeline.getByText(this.words.gone)).toHaveCount(count, { timeout: 15_000 });
  }

  // --- rooms ---

  get roomList(): Locator {
    return this.page.getByRole('navigation', { name: this.words.rooms, exact: true });
  }

  roomLink(name: string): Locator {
    return this.roomList.getByRole('link', { name });
  }

  /** Opens a room from the list. */
  async opens(name: string): Promise<void> {
    await this.roomLink(name).click();
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  /** Makes a room and lands in it. */
  async makesRoom(name: string): Promise<void> {
    await this.asksForRoom(name);
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  /** Fills in the dialog for a new room and confirms it. */
  async asksForRoom(name: string): Promise<void> {
    const dialog = await this.opensRoomDialog();
    await dialog.getByRole('textbox', { name: this.words.roomName }).fill(name);
    await dialog.getByRole('button', { name: this.words.createRoom, exact: true }).click();
  }

  async opensRoomDialog(): Promise<Locator> {
    const dialog = this.page.getByRole('dialog');
    if (!(await dialog.isVisible())) {
      await this.page.getByRole('button', { name: this.words.createRoom, exact: true }).click();
      await expect(dialog).toBeVisible();
    }
    return dialog;
  }
}
