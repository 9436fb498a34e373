// ONNX Runtime's side of the comparison: one line in, one line out; see harness/Workers/EngineWorker.cs for the commands.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';
import { logits, open, ort, readInput } from './model.mjs';

let session = null;
let feeds = null;

// Both networks are one image at a time. ONNX Runtime folds padding that is computed from shapes, and fuses it into the
// convolutions, only where it knows every dimension: a third of Lite0's time. The Node package has no option for it, so the
// dimension that is named in the file becomes 1: field 2 (name, five letters) gives way to field 1 (value, written long).
function withBatchOfOne(file) {
  const bytes = readFileSync(file);
  const named = Buffer.from('\x12\x05batch', 'latin1');
  const one = Buffer.from([0x08, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00]);
  for (let at = bytes.indexOf(named); at >= 0; at = bytes.indexOf(named, at + 1)) one.copy(bytes, at);
  return bytes;
}

async function load(file, threads, input) {
  if (session) await session.release();
  session = await open(withBatchOfOne(file), threads);
  const fixed = session.inputMetadata[0].shape.every((size) => typeof size === 'number');
  feeds = readInput(session, input);
  return fixed ? 'fixed shape' : 'free shape';
}

async function run(count) {
  const milliseconds = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await session.run(feeds);
    milliseconds.push((performance.now() - start).toFixed(4));
  }
  return milliseconds.join('\t');
}

async function answer([name, ...fields]) {
  switch (name) {
    case 'about': return `ONNX Runtime ${ort.env.versions.node ?? ort.env.versions.common}\tNode ${process.versions.node}`;
    case 'load': return load(fields[1], Number(fields[2]), fields[3]);
    case 'logits': return logits(session, feeds);
    case 'run': return run(Number(fields[0]));
    default: throw new Error(`unknown command ${name}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'quit') break;
  try {
    process.stdout.write(`ok\t${await answer(line.split('\t'))}\n`);
  } catch (error) {
    process.stdout.write(`error\t${String(error.message ?? error).replaceAll('\n', ' ')}\n`);
  }
}
process.exit(0);
