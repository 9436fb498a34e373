namespace EfficientNet.Compiler.Graph;

/// <summary>The prefix of a layer's tensors under the three naming schemes that published weights use.</summary>
internal sealed record ParameterNames(string TorchVision, string Timm, string Lukemelas);
