using EfficientNet.Imaging;
using EfficientNet.Package.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Networks;

/// <summary>Photos straight into the sample's network: each call is its preprocessing and the call on spans.</summary>
public sealed class SessionImagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("efficientnet-images-").FullName;

    private readonly Image _photo = Image.Load(TinySample.Photo);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Multi_label_names_every_class_at_the_threshold_or_above()
    {
        using Tiny network = Tiny.Load(TinySample.WriteWeights(_folder));
        using Session session = network.CreateSession(1);
        float[] logits = new float[Tiny.Classes], probabilities = new float[Tiny.Classes];
        session.Forward(Input(network.Preprocessing), logits);
        session.ClassifyMultiLabel(Input(network.Preprocessing), probabilities);
        for (int c = 0; c < Tiny.Classes; c++) ((double)probabilities[c]).ShouldBe(1 / (1 + Math.Exp(-(double)logits[c])), 1e-6);

        ClassScore[] all = session.ClassifyMultiLabel(_photo, threshold: 0);
        all.ShouldBe(probabilities.Select((p, c) => new ClassScore(c, p)).OrderByDescending(score => score.Score));
        all.Select(score => score.Score).ShouldBeUnique();
        session.ClassifyMultiLabel(_photo, all[1].Score).ShouldBe(all[..2]);
        session.ClassifyMultiLabel(_photo, 1).ShouldBeEmpty();
        foreach (float threshold in (float[])[-0.1f, 1.1f, float.NaN]) Should.Throw<ArgumentOutOfRangeException>(() => session.ClassifyMultiLabel(_photo, threshold));
    }

    [Fact]
    public void Preprocessing_is_the_weight_files_where_it_has_its_own()
    {
        var own = new WeightMetadata { Preprocessing = Tiny.Description.Preprocessing with { Mean = [0.25f, 0.5f, 0.75f] } };
        using Tiny network = Tiny.Load(TinySample.WriteWeights(_folder, own.ToDictionary()));
        network.Preprocessing.ShouldNotBe(Tiny.Description.Preprocessing);
        using Session session = network.CreateSession(1);
        float[] features = new float[Tiny.Features];
        session.ForwardFeatures(Input(network.Preprocessing), features);
        session.ForwardFeatures(_photo).ShouldBe(features);
    }

    private float[] Input(Preprocessing preprocessing)
    {
        var preprocessor = new ImagePreprocessor(preprocessing);
        float[] input = new float[preprocessor.InputLength];
        preprocessor.Preprocess(_photo, input);
        return input;
    }
}
