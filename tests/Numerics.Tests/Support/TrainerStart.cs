using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>A trainer of generated code, with weights by name.</summary>
internal static class TrainerStart
{
    /// <summary>A trainer whose tensors are set.</summary>
    public static Trainer Start(GeneratedAssembly assembly, IReadOnlyDictionary<string, Tensor> weights, Naming naming, InstructionSet set, int threads, int batch) =>
        Start(assembly.CreateTraining(), weights, naming, set, threads, batch);

    /// <summary>A trainer whose tensors are set.</summary>
    public static Trainer Start(TrainingProgram program, IReadOnlyDictionary<string, Tensor> weights, Naming naming, InstructionSet set, int threads, int batch)
    {
        var trainer = new Trainer(program, new TrainerOptions { Threads = threads, MaximumBatch = batch, InstructionSet = set });
        foreach (ParameterTensor tensor in trainer.Tensors) trainer.Set(tensor, weights[tensor.NameIn(Scheme(naming))].ToFloats());
        return trainer;
    }

    /// <summary>The product's name for a scheme.</summary>
    public static NamingScheme Scheme(Naming naming) => Enum.Parse<NamingScheme>(naming.ToString());

    /// <summary>Every tensor by its name under a scheme: gradients of what is learned, values of running statistics.</summary>
    public static Dictionary<string, float[]> Results(Trainer trainer, Naming naming) => trainer.Tensors.ToDictionary(
        tensor => tensor.NameIn(Scheme(naming)), tensor => tensor.IsStatistic ? trainer.Get(tensor) : trainer.GetGradient(tensor));
}

/// <summary>Masks that a test gives, by operation.</summary>
internal sealed class GivenMasks(IReadOnlyDictionary<string, Tensor> factors) : IMaskSource
{
    public void Fill(MaskDescription mask, int image, Span<float> values)
    {
        string operation = mask.Name == "dropout" ? mask.Name : mask.Name + " stochastic depth";
        if (!factors.TryGetValue(operation, out Tensor? given))
        {
            values.Fill(1);
            return;
        }

        int each = given.Data.Length / given.Images;
        for (int i = 0; i < values.Length; i++) values[i] = (float)given.Data[image * each + i];
    }
}
