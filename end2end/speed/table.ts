// Collects what was measured, prints it as a table, and puts it into docs/performance.md when it is asked to.

import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import type { TestInfo } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const begin = '<!-- measured by script/speed --write -->';
const end = '<!-- end of what script/speed measured -->';

/** A line of the table. */
export interface Row {
  work: string;
  /** As they are to be read; in an empty room, and in a full one. */
  empty: string;
  full: string;
  /** How many times the one the other is; nothing where that says nothing. */
  ratio?: number;
  wanted?: string;
}

/** Notes what was measured. */
export function note(info: TestInfo, ...rows: Row[]): void {
  for (const row of rows) info.annotations.push({ type: 'row', description: JSON.stringify(row) });
}

/** The value that so large a share of them does not exceed. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** A row of p50 and p95, of as many samples as there are. */
export function spread(work: string, [empty, full]: number[][], wanted?: string): Row {
  const told = (of: number[]) => `${quantile(of, 0.5).toFixed(1)} / ${quantile(of, 0.95).toFixed(1)} ms`;
  return { work, empty: told(empty), full: told(full), ratio: quantile(full, 0.5) / quantile(empty, 0.5), wanted };
}

export default class Table implements Reporter {
  readonly #rows: Row[] = [];
  readonly #load = loadavg()[0];
  #chromium = '';
  #hasFailed = false;

  printsToStdio(): boolean {
    return true;
  }

  onTestBegin(test: TestCase): void {
    process.stderr.write(`→ ${test.title}\n`);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    for (const { type, description = '' } of result.annotations) {
      if (type === 'row') this.#rows.push(JSON.parse(description) as Row);
      if (type === 'chromium') this.#chromium = description;
    }
    if (result.status === 'passed' || result.status === 'skipped') return;
    this.#hasFailed = true;
    this.#rows.push({ work: test.title, empty: 'failed', full: 'failed' });
    process.stderr.write(`${result.errors.map(({ message }) => message ?? '').join('\n')}\n`);
  }

  onError(error: { message?: string }): void {
    this.#hasFailed = true;
    process.stderr.write(`${error.message ?? ''}\n`);
  }

  onEnd(): void {
    if (this.#rows.length === 0) return;
    const text = `${this.#conditions()}\n\n${table(this.#rows)}`;
    process.stdout.write(`${text}\n`);
    if (!process.env.SPEED_WRITE) return;
    if (this.#hasFailed) {
      process.stderr.write('not written: something failed\n');
      return;
    }
    const file = join(root, 'docs/performance.md');
    const [before, rest] = parts(readFileSync(file, 'utf8'), begin);
    const [, after] = parts(rest, end);
    writeFileSync(file, `${before}${begin}\n\n${text}\n\n${end}${after}`);
  }

  #conditions(): string {
    const version = /^version = "(.*)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))?.[1];
    const cores = cpus();
    const machine = `${cores[0]?.model ?? 'unknown'}, ${cores.length} cores shared by browser, server and load`;
    const day = new Date().toISOString().slice(0, 10);
    return (
      `Maru ${version}; Chromium ${this.#chromium}, headless, 1280 × 800, 60 frames a second, drawn by the CPU; ` +
      `${machine}, Linux ${release()}; ${day}; load of the machine before: ${this.#load.toFixed(2)}.`
    );
  }
}

function table(rows: Row[]): string {
  const line = ({ work, empty, full, ratio, wanted }: Row) =>
    `| ${work} | ${empty} | ${full} | ${ratio === undefined ? '' : ratio.toFixed(2)} | ${wanted ?? ''} |`;
  return [
    '| work | empty room | 10,000 messages | full ÷ empty | wanted |',
    '|---|--:|--:|--:|--:|',
    ...rows.map(line),
  ].join('\n');
}

function parts(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`docs/performance.md has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
