// A fresh process as far as its first logits, then its peak resident memory: first.mjs FILE THREADS INPUT.
// The file is opened by its path, as it is: nothing of it passes through Node. Without arguments: Node's own start.
import { readFileSync } from 'node:fs';

const peak = () => /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1];
const [file, threads, input] = process.argv.slice(2);
if (file === undefined) {
  process.stdout.write(`ok\t\n${peak()}\n`);
} else {
  const { open, readInput, logits } = await import('./model.mjs');
  const session = await open(file, Number(threads));
  process.stdout.write(`ok\t${await logits(session, readInput(session, input))}\n`);
  process.stdout.write(`${peak()}\n`);
}
process.exit(0);
