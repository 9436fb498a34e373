namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>Every parser. Written out, because a native program finds nothing by reflection; each is made when it is asked for, since some have a network.</summary>
internal static class Parsers
{
    public static IEnumerable<Target> All()
    {
        yield return new SpecTarget();
        yield return new SafetensorsTarget();
        yield return new TorchTarget();
        yield return new PackedTarget();
        yield return new PngTarget();
        yield return new JpegTarget();
        yield return new JpegPartTarget();
        yield return new IdxTarget();
        yield return new CsvTarget();
        yield return new CheckpointTarget();
        yield return new LabelsTarget();
    }
}
