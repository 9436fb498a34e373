using Tensor = (string Name, string Type, long[] Shape, byte[] Data);

namespace EfficientNet.Runtime.Tests.Support;

/// <summary>A network of two layers, a depthwise 3×3 stem with BatchNorm and a classifier of two classes, and its weights.</summary>
internal static class SmallWeights
{
    /// <summary>The classifier's weights, [2, 2]; 16 bits cannot hold the last two.</summary>
    public static readonly float[] Classifier = [1.5f, -2.75f, 1f / 3f, 0.1f];

    /// <summary>The first place of the packed classifier.</summary>
    public const int ClassifierAt = 160;

    /// <summary>The first place of the packed classifier's bias.</summary>
    public const int BiasAt = 192;

    public static NetworkDescription Network(string padding = "symmetric")
    {
        var stem = new ConvolutionWeights
        {
            Names = Descriptions.Names("stem"),
            BatchNorm = Descriptions.Names("bn"),
            Epsilon = 0,
            Outputs = 2,
            Inputs = 1,
            Kernel = 3,
            Form = PackedForm.Depthwise,
            At = 0,
            BiasAt = 0,
            GroupBlocks = 1,
            GroupStride = ClassifierAt,
        };
        var classifier = new ConvolutionWeights
        {
            Names = Descriptions.Names("fc"),
            Outputs = 2,
            Inputs = 2,
            Kernel = 0,
            HasBias = true,
            Form = PackedForm.Panels,
            At = ClassifierAt,
            PanelBlocks = 1,
            BiasAt = BiasAt,
        };
        return Descriptions.Of(BiasAt + 16, padding, stem, classifier);
    }

    /// <summary>The tensors, all float32 but BatchNorm's step counter. Variance 4 and epsilon 0 make BatchNorm's scale gamma / 2.</summary>
    /// <param name="prefix">What <see cref="Descriptions.Names"/> puts before every name in one scheme.</param>
    public static List<Tensor> Tensors(string prefix)
    {
        return
        [
            ($"{prefix}stem.weight", "F32", [2, 1, 3, 3], SafetensorsBytes.Floats([.. Enumerable.Range(0, 18).Select(i => (float)i)])),
            ($"{prefix}bn.weight", "F32", [2], SafetensorsBytes.Floats(3, 3)),
            ($"{prefix}bn.bias", "F32", [2], SafetensorsBytes.Floats(0.25f, 0.5f)),
            ($"{prefix}bn.running_mean", "F32", [2], SafetensorsBytes.Floats(1, 2)),
            ($"{prefix}bn.running_var", "F32", [2], SafetensorsBytes.Floats(4, 4)),
            ($"{prefix}fc.weight", "F32", [2, 2], SafetensorsBytes.Floats(Classifier)),
            ($"{prefix}fc.bias", "F32", [2], SafetensorsBytes.Floats(7, 8)),
            ($"{prefix}bn.num_batches_tracked", "I64", [], new byte[8]),
        ];
    }

    public static void Replace(List<Tensor> tensors, string name, Func<Tensor, Tensor> change)
    {
        int index = tensors.FindIndex(tensor => tensor.Name == name);
        tensors[index] = change(tensors[index]);
    }

    /// <summary>A safetensors file that says something about itself; every value is 1.</summary>
    public static MemoryStream File(string prefix, IReadOnlyDictionary<string, string> metadata)
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(
            stream,
            Tensors(prefix).Where(tensor => tensor.Type == "F32")
                .Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Shape, Enumerable.Repeat(1f, tensor.Data.Length / sizeof(float)).ToArray())),
            metadata);
        stream.Position = 0;
        return stream;
    }
}
