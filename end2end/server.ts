// The server under test: one of our own that can be killed, or the one that somebody started for us.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** A server's program and its site folder. */
export interface Build {
  bin: string;
  site: string;
}

/** What to run servers from; nothing where BASE_URL names a server that runs already. */
export const built: Build | undefined = findBuild();

function findBuild(): Build | undefined {
  const { MARU_BIN, MARU_SITE, BASE_URL, CARGO_TARGET_DIR } = process.env;
  const site = MARU_SITE ?? join(root, 'target/site');
  if (MARU_BIN) return { bin: MARU_BIN, site };
  if (BASE_URL) return undefined;
  // Under cargo leptos end-to-end: the program that it has just built.
  const age = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const target = resolve(root, CARGO_TARGET_DIR ?? 'target');
  const [newest] = ['debug/maru', 'release/maru'].map((path) => join(target, path)).sort((a, b) => age(b) - age(a));
  return existsSync(newest) && existsSync(site) ? { bin: newest, site } : undefined;
}

/** The server that somebody else runs. */
export function baseUrl(): string {
  return process.env.BASE_URL ?? 'http://127.0.0.1:3000';
}

/** What the tests may ask of a server. */
export interface Server {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  /** Has it been gone on purpose? A page may say then that it could not reach it. */
  readonly wasDown: boolean;
  /** A word that nobody else has used on this server: the word itself where the server is ours alone. */
  own(word: string): string;
  /** Ends it without warning, as a power cut does. */
  kill9(): Promise<void>;
  /** Starts it again, at the same address and with the same data. */
  start(): Promise<void>;
  /** Runs one of the program's commands beside it; what it printed. */
  runs(...words: string[]): Promise<string>;
}

/** A server that others use too: it cannot be killed, and names have to be made unique. */
export function sharedServer(): Server {
  const tail = randomBytes(3).toString('hex');
  const never = async (): Promise<never> => {
    throw new Error('this server is not ours to stop');
  };
  return { url: baseUrl(), wasDown: false, own: (word) => `${word} ${tail}`, kill9: never, start: never, runs: never };
}

/** A server for one test: a process, a port and a data folder of its own. */
export class OwnServer implements Server {
  url = '';
  wasDown = false;
  #process?: ChildProcess;
  #data = '';
  #log: string[] = [];

  constructor(
    private readonly build: Build,
    private readonly env: Record<string, string>,
  ) {}

  own(word: string): string {
    return word;
  }

  async start(): Promise<void> {
    this.#data ||= await mkdtemp(join(tmpdir(), 'maru-end2end-'));
    const listen = this.url ? new URL(this.url).host : '127.0.0.1:0';
    const child = spawn(this.build.bin, ['serve', '--data', this.#data, '--listen', listen, '--site', this.build.site], {
      cwd: root,
      // Anybody may come in, as most journeys want it; others say otherwise.
      env: { ...process.env, MARU_OPEN: 'on', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    createInterface(child.stderr!).on('line', (line) => this.#log.push(line));
    this.url = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout!).on('line', (line) => {
        const said = /^listening on (http:\/\/\S+)$/.exec(line);
        if (said) resolve(said[1].replace(/\/$/, ''));
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${this.log()}`)));
    });
  }

  async kill9(): Promise<void> {
    this.wasDown = true;
    await this.#end('SIGKILL');
  }

  async runs(...words: string[]): Promise<string> {
    const command = [...words, '--data', this.#data];
    const { stdout } = await promisify(execFile)(this.build.bin, command, { env: { ...process.env, ...this.env } });
    return stdout;
  }

  /** What the server wrote to its log. */
  log(): string {
    return this.#log.join('\n');
  }

  async close(): Promise<void> {
    await this.#end('SIGKILL');
    if (this.#data) await rm(this.#data, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}
