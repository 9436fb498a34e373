using EfficientNet.Compiler.Emission.Training;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes what the user's code binds to: small, and complete without the bodies.</summary>
internal static class NetworkSurface
{
    public static GeneratedFile Write(CompiledPlan plan) => new($"{plan.Spec.Name}.g.cs", Header.File(plan, writer => WriteClass(writer, plan), "EfficientNet.Runtime"));

    /// <summary>The resource in which the build embeds a network's packed weights.</summary>
    public static string WeightsResource(ArchitectureSpec spec) => $"{spec.Namespace}.{spec.Name}.packed";

    private static void WriteClass(SourceWriter writer, CompiledPlan plan)
    {
        string name = plan.Spec.Name;
        int resolution = plan.Spec.Scaling.Resolution;
        Shape features = plan.Inference[((LinearOp)plan.Inference.Ops.Last()).Input].Output;
        writer.Line($"/// <summary>{name}: {resolution}×{resolution} pixels in, {plan.Spec.Classes} classes out, compiled to straight-line code.</summary>");
        writer.Line("/// <remarks>");
        writer.Line("/// <code>");
        foreach (string line in NetworkTable.Lines(plan)) writer.Line("/// " + line.TrimEnd());
        writer.Line("/// </code>");
        writer.Line("/// </remarks>");
        writer.Line($"[global::System.CodeDom.Compiler.GeneratedCode(\"EfficientNet.Compiler\", \"{Header.Version}\")]");
        using (writer.Block($"{Header.Class(plan.Spec)} : CompiledNetwork"))
        {
            writer.Line("/// <summary>Side of the square input, in pixels.</summary>");
            writer.Line($"public const int Resolution = {resolution};");
            writer.Line();
            writer.Line("/// <summary>Number of classes, the length of one image's logits.</summary>");
            writer.Line($"public const int Classes = {plan.Spec.Classes};");
            writer.Line();
            writer.Line("/// <summary>Number of pooled features that the classifier reads.</summary>");
            writer.Line($"public const int Features = {features.Channels};");
            writer.Line();
            writer.Line("/// <summary>The network as data: layers, shapes, parameters, preprocessing, names of tensors.</summary>");
            writer.Line("public static NetworkDescription Description { get; } = CreateDescription();");
            writer.Line();
            writer.Line($"private {name}(PackedWeights weights, NetworkOptions options)");
            writer.Line("    : base(Description, weights, options)");
            using (writer.Block())
            {
            }

            writer.Line();
            writer.Line("/// <summary>Reads a weight file, safetensors, PyTorch's or packed, and packs its weights for this network.</summary>");
            writer.Line("/// <param name=\"path\">The file; tensor names of torchvision, timm and lukemelas are recognised.</param>");
            writer.Line("/// <param name=\"options\">Instruction set and where warnings go; null for the defaults.</param>");
            writer.Line("/// <exception cref=\"WeightFileException\">The file is damaged, or its tensors are not this network's; the message says which.</exception>");
            WriteLoadingFaults(writer);
            using (writer.Block($"public static {name} Load(string path, NetworkOptions? options = null)"))
            {
                writer.Line("return new(WeightLoader.Load(Description, path, options), options ?? NetworkOptions.Default);");
            }

            writer.Line();
            writer.Line("/// <summary>Reads a weight file of any of these forms from a stream and packs its weights for this network.</summary>");
            writer.Line("/// <param name=\"weights\">The stream, read from its position to its end.</param>");
            writer.Line("/// <param name=\"name\">What error messages call it.</param>");
            writer.Line("/// <param name=\"options\">Instruction set and where warnings go; null for the defaults.</param>");
            writer.Line("/// <exception cref=\"WeightFileException\">The stream is damaged, or its tensors are not this network's; the message says which.</exception>");
            WriteLoadingFaults(writer);
            using (writer.Block($"public static {name} Load(global::System.IO.Stream weights, string name, NetworkOptions? options = null)"))
            {
                writer.Line("return new(WeightLoader.Load(Description, weights, name, options), options ?? NetworkOptions.Default);");
            }

            if (plan.Spec.EmbedsWeights) WriteLoadEmbedded(writer, plan.Spec);
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override void Forward(in ForwardFrame frame) => ForwardCore(in frame);");
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override void Softmax(float* logits, float* probabilities) => SoftmaxCore(logits, probabilities, InstructionSet);");
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override void Sigmoids(float* logits, float* probabilities) => SigmoidsCore(logits, probabilities, InstructionSet);");
            writer.Line();
            using (writer.Block("private static NetworkDescription CreateDescription()"))
            {
                writer.Line("NetworkDescription? description = null;");
                writer.Line("DescribeCore(ref description);");
                writer.Line("return description!;");
            }

            writer.Line();
            writer.Line("// The bodies are files of their own, which an editor need not read.");
            writer.Line("static partial void DescribeCore(ref NetworkDescription? description);");
            writer.Line();
            writer.Line("static partial void ForwardCore(in ForwardFrame frame);");
            writer.Line();
            writer.Line("static partial void SoftmaxCore(float* logits, float* probabilities, InstructionSet instructionSet);");
            writer.Line();
            writer.Line("static partial void SigmoidsCore(float* logits, float* probabilities, InstructionSet instructionSet);");
            if (plan.Step is not null) TrainingText.WriteSurface(writer, plan);
        }
    }

    /// <summary>What every way to load may end in beside wrong weights.</summary>
    private static void WriteLoadingFaults(SourceWriter writer)
    {
        writer.Line("/// <exception cref=\"global::System.OperationCanceledException\">The options' token was cancelled.</exception>");
        writer.Line("/// <exception cref=\"global::System.PlatformNotSupportedException\">The instruction set that is asked for is not available.</exception>");
        writer.Line("/// <exception cref=\"global::System.InsufficientMemoryException\">The memory for the weights cannot be had.</exception>");
    }

    private static void WriteLoadEmbedded(SourceWriter writer, ArchitectureSpec spec)
    {
        writer.Line();
        writer.Line("/// <summary>Takes the weights that the build packed for this network and embedded in this assembly.</summary>");
        writer.Line("/// <param name=\"options\">Instruction set, and who may give up before it begins; null for the defaults. What there is to warn of, the build has said.</param>");
        writer.Line("/// <exception cref=\"WeightFileException\">The assembly was made without the weights, or they were packed for another network.</exception>");
        WriteLoadingFaults(writer);
        using (writer.Block($"public static {spec.Name} LoadEmbedded(NetworkOptions? options = null)"))
        {
            writer.Line($"return new(PackedWeightsFile.LoadEmbedded(Description, typeof({spec.Name}).Assembly, {Header.Text(WeightsResource(spec))}, options), options ?? NetworkOptions.Default);");
        }
    }
}
