// ONNX Runtime's side of the comparison: one line in, one line out; see harness/Workers/EngineWorker.cs for the commands.
// Everything is the package's default but the threads and the graph optimisations, which are all on.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';

const require = createRequire(import.meta.url);
const ort = require('onnxruntime-node');

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
  session = await ort.InferenceSession.create(withBatchOfOne(file), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const fixed = session.inputMetadata[0].shape.every((size) => typeof size === 'number');
  const bytes = readFileSync(input);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const side = Math.sqrt(values.length / 3);
  feeds = { [session.inputNames[0]]: new ort.Tensor('float32', values, [1, 3, side, side]) };
  return fixed ? 'fixed shape' : 'free shape';
}

async function logits() {
  const { data } = (await session.run(feeds))[session.outputNames[0]];
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
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
    case 'logits': return logits();
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
