namespace EfficientNet.Runtime.Tests.Support;

/// <summary>Descriptions of networks that consist of weights only.</summary>
internal static class Descriptions
{
    public static ParameterNames Names(string name)
    {
        return new ParameterNames($"tv.{name}", name, $"_{name}");
    }

    public static NetworkDescription Of(long packedFloats, string padding, params ConvolutionWeights[] weights)
    {
        return Of(packedFloats, 0, padding, weights);
    }

    public static NetworkDescription Of(long packedFloats, long arenaFloats, string padding, params ConvolutionWeights[] weights)
    {
        return Of(packedFloats, arenaFloats, imagesAtOnce: 1, padding, weights);
    }

    public static NetworkDescription Of(long packedFloats, long arenaFloats, int imagesAtOnce, string padding, params ConvolutionWeights[] weights)
    {
        return Of(packedFloats, arenaFloats, imagesAtOnce, multiplyAdds: 0, padding, weights);
    }

    public static NetworkDescription Of(long packedFloats, long arenaFloats, int imagesAtOnce, long multiplyAdds, string padding, params ConvolutionWeights[] weights)
    {
        return new NetworkDescription
        {
            Name = "Net",
            Family = "custom",
            Convention = "torchvision",
            Padding = padding,
            Epsilon = 1e-5,
            Momentum = 0.1,
            Activation = "silu",
            InputChannels = 3,
            Resolution = 4,
            Classes = 2,
            Features = 2,
            Parameters = 0,
            MultiplyAdds = multiplyAdds,
            Preprocessing = new Preprocessing(4, 4, Interpolation.Bicubic, [0, 0, 0], [1, 1, 1]),
            Layers = [],
            Steps = [],
            Maps = [],
            Weights = weights,
            PackedFloats = packedFloats,
            ArenaFloats = arenaFloats,
            ImagesAtOnce = imagesAtOnce,
            ScratchFloats = 0,
            TraceFloats = 0,
            CompilerVersion = "0",
        };
    }
}
