using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Summaries of a network's maps, made while they are traced: all maps of B7 at once would be half a gigabyte of doubles.</summary>
internal static class TracedSummaries
{
    private const int Samples = 8;

    /// <summary>Of every map over a batch of images, by name.</summary>
    public static Dictionary<string, Summary> Summarise(this CompiledNetwork network, float[] images, int batch, int threads)
    {
        using Session session = network.CreateSession(threads);
        var gathered = new Dictionary<string, Gathered>();
        int floats = images.Length / batch;
        for (int image = 0; image < batch; image++)
        {
            int index = image;
            session.Trace(images.AsSpan(image * floats, floats), (map, values) =>
            {
                if (!gathered.TryGetValue(map.Name, out Gathered? all))
                {
                    gathered.Add(map.Name, all = new Gathered([batch, map.Channels, map.Height, map.Width]));
                }

                all.Add(index, values);
            });
        }

        return gathered.ToDictionary(pair => pair.Key, pair => pair.Value.ToSummary());
    }

    private sealed class Gathered(int[] shape)
    {
        private readonly double[] _samples = new double[Samples];
        private double _sum, _squares;

        public void Add(int image, float[] values)
        {
            foreach (float value in values)
            {
                _sum += value;
                _squares += (double)value * value;
            }

            long count = (long)values.Length * shape[0];
            for (int k = 0; k < Samples; k++)
            {
                long at = k * count / Samples - (long)image * values.Length;
                if (at >= 0 && at < values.Length) _samples[k] = values[at];
            }
        }

        public Summary ToSummary() => new(shape, Math.Sqrt(_squares), _sum, _samples);
    }
}
