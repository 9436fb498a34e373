namespace EfficientNet.Runtime;

/// <summary>One step of a pass: a kernel that computes one layer or several together.</summary>
/// <param name="Name">The block it belongs to: <c>stem</c>, STAGE.BLOCK, <c>head</c>, <c>classifier</c>.</param>
/// <param name="Operation">What it computes of that block.</param>
/// <param name="Kernel">The kernel's name; steps of one geometry share one.</param>
/// <param name="MultiplyAdds">Multiply-adds of its layers for one image.</param>
/// <param name="WeightBytes">Bytes of packed weights of its layers.</param>
/// <param name="MapBytes">Bytes of the maps that it reads and writes for one image; 0 for gates that are kept for the projection.</param>
/// <remarks>The weights that reduce squeeze-excite lie between those of the depthwise convolution and count with it.</remarks>
public sealed record StepDescription(string Name, string Operation, string Kernel, long MultiplyAdds, long WeightBytes, long MapBytes);
