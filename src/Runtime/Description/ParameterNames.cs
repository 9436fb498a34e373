namespace EfficientNet.Runtime;

/// <summary>
/// What one layer is called in the three conventions of published weights. Each is a prefix: <c>.weight</c>,
/// <c>.bias</c>, <c>.running_mean</c> and <c>.running_var</c> are appended.
/// </summary>
/// <param name="TorchVision">As torchvision names it, e.g. <c>features.0.0</c>.</param>
/// <param name="Timm">As timm names it, e.g. <c>conv_stem</c>.</param>
/// <param name="Lukemelas">As lukemelas/EfficientNet-PyTorch names it, e.g. <c>_conv_stem</c>.</param>
public sealed record ParameterNames(string TorchVision, string Timm, string Lukemelas);
