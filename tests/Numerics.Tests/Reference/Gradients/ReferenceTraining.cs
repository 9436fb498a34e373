using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>What one training step computes before its update, in double.</summary>
/// <param name="Loss">The mean over the batch.</param>
/// <param name="Logits">[N, classes].</param>
/// <param name="Gradients">Of every parameter, the image and every named map.</param>
/// <param name="Statistics">Running statistics after this batch, by name; none where BatchNorm is frozen.</param>
/// <param name="Maps">Every map that has a name, in training mode.</param>
internal sealed record TrainingResult(double Loss, Tensor Logits, TrainingGradients Gradients, IReadOnlyDictionary<string, Tensor> Statistics,
    IReadOnlyDictionary<string, Tensor> Maps);

/// <summary>Interprets a training graph, before any pass, forward in training mode and backward.</summary>
internal static class ReferenceTraining
{
    /// <param name="network">The training graph.</param>
    /// <param name="weights">Every tensor of <see cref="ParameterTable"/> by name; they are left as they are.</param>
    /// <param name="images">[N, 3, R, R].</param>
    /// <param name="loss">What is differentiated, with the batch's labels.</param>
    /// <param name="mode">Which statistics, and what is dropped; <see cref="TrainingMode.Plain"/> when absent.</param>
    /// <param name="naming">The scheme of the weights' names.</param>
    public static TrainingResult Run(Network network, IReadOnlyDictionary<string, Tensor> weights, Tensor images, TrainingLoss loss,
        TrainingMode? mode = null, Naming naming = Naming.TorchVision)
    {
        var pass = new TrainingPass(network, new ReferenceNetwork.Parameters(weights, naming), images, mode ?? TrainingMode.Plain);
        return new TrainingResult(loss.Forward(pass.Output), pass.Output, pass.Backward(loss.Gradient(pass.Output)), pass.UpdatedStatistics, pass.Maps);
    }
}
