namespace EfficientNet.Runtime;

/// <summary>The square of inputs that a convolution reads for one output, and the zeros around the map.</summary>
/// <param name="Kernel">Side of the kernel.</param>
/// <param name="Stride">Step between outputs, in both directions.</param>
/// <param name="PadTop">Zero rows above the map.</param>
/// <param name="PadLeft">Zero columns left of the map.</param>
/// <param name="PadBottom">Zero rows below the map.</param>
/// <param name="PadRight">Zero columns right of the map.</param>
public sealed record ConvolutionWindow(int Kernel, int Stride = 1, int PadTop = 0, int PadLeft = 0, int PadBottom = 0, int PadRight = 0);
