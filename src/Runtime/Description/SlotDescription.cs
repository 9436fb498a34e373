namespace EfficientNet.Runtime;

/// <summary>A planned place in memory, and the steps between which it is alive, both included.</summary>
/// <param name="Name">What is kept there.</param>
/// <param name="At">Its first float.</param>
/// <param name="Floats">Its length.</param>
/// <param name="FirstStep">The step that first writes it.</param>
/// <param name="LastStep">The last step that reads it.</param>
/// <remarks>Among the maps of a training step, the place is that behind the first float of every image. Of vectors, place and length are those of a single
/// image: of <c>n</c> images they begin at <c>At · n</c> and are <c>Floats · n</c> long.</remarks>
public sealed record SlotDescription(string Name, long At, long Floats, int FirstStep, int LastStep);
