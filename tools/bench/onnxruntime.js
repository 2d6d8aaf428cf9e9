// Paints raw RGB frames from standard input to standard output with ONNX Runtime.
// usage: node onnxruntime.js MODEL.onnx WIDTH HEIGHT THREADS
const ort = require(process.env.ONNXRUNTIME_NODE || 'onnxruntime-node');

async function main() {
  const [model, width, height, threads] = [process.argv[2], ...process.argv.slice(3).map(Number)];
  const area = width * height;
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, graphOptimizationLevel: 'all' });
  let held = [], length = 0;
  for await (const chunk of process.stdin) {
    held.push(chunk);
    length += chunk.length;
    while (length >= 3 * area) {
      const all = Buffer.concat(held);
      await paint(session, all.subarray(0, 3 * area), width, height);
      held = [all.subarray(3 * area)];
      length = held[0].length;
    }
  }
}

async function paint(session, rgb, width, height) {
  const area = width * height;
  const planar = new Float32Array(3 * area);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < 3; c++) planar[c * area + i] = rgb[3 * i + c];
  const begin = performance.now();
  const { output } = await session.run({ input: new ort.Tensor('float32', planar, [1, 3, height, width]) });
  process.stderr.write(`${performance.now() - begin}\n`);
  const result = new Uint8ClampedArray(3 * area);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < 3; c++) result[3 * i + c] = output.data[c * area + i];
  await new Promise((done) => process.stdout.write(Buffer.from(result.buffer), done));
}

main();
