// Runs a model in ONNX Runtime: logits.mjs PACKAGE MODEL INPUT OUTPUT BATCH...
// INPUT holds images as raw float32; the model sees the first BATCH of them, once for each BATCH. OUTPUT gets all logits, one run behind the other.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';

const [folder, model, input, output, ...batches] = process.argv.slice(2);
const ort = createRequire(folder + '/package.json')('onnxruntime-node');
const session = await ort.InferenceSession.create(model, { executionProviders: ['cpu'], intraOpNumThreads: 2 });
const [{ name, shape }] = session.inputMetadata;
if (name !== 'input' || session.outputNames.join() !== 'logits' || shape[0] !== 'batch') throw new Error(`input ${name} ${shape}, outputs ${session.outputNames}`);

const bytes = readFileSync(input);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const image = shape[1] * shape[2] * shape[3];
const parts = [];
for (const batch of batches.map(Number)) {
  const feed = new ort.Tensor('float32', values.slice(0, batch * image), [batch, ...shape.slice(1)]);
  const { logits } = await session.run({ input: feed });
  if (logits.dims[0] !== batch || logits.dims.length !== 2) throw new Error(`logits of ${batch} images are ${logits.dims}`);
  parts.push(Buffer.from(logits.data.buffer, logits.data.byteOffset, logits.data.byteLength));
}
writeFileSync(output, Buffer.concat(parts));
