using EfficientNet.Onnx;
using EfficientNet.Reliability.Tests.Networks;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Numbers;

/// <summary>NaN and infinities in images, weights and gradients: what <c>docs/numerics.md</c> says of them.</summary>
public class NotFiniteTests
{
    private static readonly float[] Bad = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    public static TheoryData<InstructionSet> Sets => [.. Enum.GetValues<InstructionSet>().Where(set =>
    {
        try
        {
            return Hardware.Choose(set) == set;
        }
        catch (PlatformNotSupportedException)
        {
            return false;
        }
    })];

    [Theory]
    [MemberData(nameof(Sets))]
    public void One_value_of_an_image_reaches_all_of_its_logits_and_none_of_its_neighbours(InstructionSet set)
    {
        using var model = new TinyModel(1);
        using Tiny network = Tiny.Load(new MemoryStream(model.Weights), "tiny", new NetworkOptions { InstructionSet = set });
        using Session session = network.CreateSession(2, maximumBatch: 2);
        float[] clean = new float[model.Logits.Length], logits = new float[model.Logits.Length], probabilities = new float[model.Logits.Length];
        session.Forward(model.Images, clean);
        const int image = 2;
        foreach (float bad in Bad)
        {
            for (int at = 0; at < TinyModel.ImageFloats; at++)
            {
                float[] images = [.. model.Images];
                images[image * TinyModel.ImageFloats + at] = bad;
                session.Forward(images, logits);
                string where = $"{set}: {bad} at {at}";
                // SiLU on AVX-512 makes a finite number of −∞, which may be all that is left of an infinity.
                if (float.IsNaN(bad)) Array.TrueForAll(Of(logits, image), float.IsNaN).ShouldBeTrue(where);
                else if (set != InstructionSet.Avx512) Array.Exists(Of(logits, image), float.IsFinite).ShouldBeFalse(where);
                for (int other = 0; other < TinyModel.Batch; other++)
                {
                    if (other != image) Of(logits, other).AsSpan().SequenceEqual(Of(clean, other)).ShouldBeTrue(where);
                }
            }
        }

        float[] broken = [.. model.Images];
        broken[image * TinyModel.ImageFloats] = float.NaN;
        session.Classify(broken, probabilities);
        Array.TrueForAll(Of(probabilities, image), float.IsNaN).ShouldBeTrue();
        session.ClassifyMultiLabel(broken, probabilities);
        Array.TrueForAll(Of(probabilities, image), float.IsNaN).ShouldBeTrue();
        session.Forward(model.Images, logits);
        logits.ShouldBe(clean, "the call after it");
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_wherever_they_are_read()
    {
        using var model = new TinyModel(1);
        using var folder = new TemporaryFolder();
        using WeightFile good = WeightFile.Open(new MemoryStream(model.Weights), "good");
        double[] before = Bits(model.Trainer);
        int number = 0;
        foreach (TensorEntry tensor in good.Tensors)
        {
            string path = folder["bad.safetensors"];
            SafetensorsWriter.Write(path, good.Tensors.Select(entry =>
            {
                float[] values = good.ReadFloats(entry.Name);
                if (entry == tensor) values[^1] = Bad[number % Bad.Length];
                return new SafetensorsTensor(entry.Name, entry.Shape, values);
            }), good.Metadata);
            number++;
            string[] refusals =
            [
                Should.Throw<WeightFileException>(() => Tiny.Load(path)).Message,
                Should.Throw<WeightFileException>(() => model.Trainer.LoadWeights(path)).Message,
                Should.Throw<WeightFileException>(() =>
                {
                    using WeightFile weights = WeightFile.Open(path);
                    OnnxExporter.Export(Tiny.Description, weights, folder["bad.onnx"], null);
                }).Message,
            ];
            refusals.ShouldAllBe(line => line.StartsWith($"{path}: tensor") && line.Contains($"'{tensor.Name}'"), tensor.Name);
            File.Exists(folder["bad.onnx"]).ShouldBeFalse();
        }

        number.ShouldBeGreaterThan(20);
        Bits(model.Trainer).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Gradients_that_are_not_finite_change_nothing_and_training_goes_on_to_the_same_bits(InstructionSet set)
    {
        using var model = new TinyModel(1);
        using Trainer straight = New(), disturbed = New();
        int[] labels = [0, 1, 2, 0, 1];
        var optimizer = new AdamWOptimizer();
        for (int step = 0; step < 9; step++)
        {
            straight.Accumulate(model.Images, labels);
            straight.Update(optimizer, 0.01);
            float bad = Bad[step % Bad.Length];
            if (step % 2 == 0)
            {
                float[] images = [.. model.Images];
                images[step * 29] = bad;
                float.IsFinite((float)disturbed.Accumulate(images, labels)).ShouldBeFalse("the loss tells");
            }
            else
            {
                float[] targets = new float[TinyModel.Batch * Tiny.Classes];
                targets[step] = bad;
                disturbed.AccumulateMixed(model.Images, targets);
            }

            Should.Throw<NonFiniteGradientException>(() => disturbed.Update(optimizer, 0.01)).Tensor.ShouldNotBeNull();
            disturbed.Accumulate(model.Images, labels);
            disturbed.Update(optimizer, 0.01);
            Bits(disturbed).ShouldBe(Bits(straight), $"{set}, step {step}");
        }

        Trainer New()
        {
            var trainer = new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = 2, MaximumBatch = TinyModel.Batch, InstructionSet = set });
            Initialisation.Apply(trainer, 4);
            return trainer;
        }
    }

    private static float[] Of(float[] values, int image) => values[(image * Tiny.Classes)..((image + 1) * Tiny.Classes)];

    private static double[] Bits(Trainer trainer) => [.. trainer.Tensors.SelectMany(tensor => trainer.Get(tensor)).Select(value => (double)value)];
}
