// ONNX Runtime as all of this folder's programs use it: the package's default but the threads and the graph optimisations, which are all on.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

export const ort = createRequire(import.meta.url)('onnxruntime-node');

// A session of a file's path or of its bytes.
export function open(model, threads) {
  return ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
}

// One image from a file of raw float32, as a session takes it.
export function readInput(session, file) {
  const bytes = readFileSync(file);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const side = Math.sqrt(values.length / 3);
  return { [session.inputNames[0]]: new ort.Tensor('float32', values, [1, 3, side, side]) };
}

// One image's logits as base64 of float32.
export async function logits(session, feeds) {
  const { data } = (await session.run(feeds))[session.outputNames[0]];
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
