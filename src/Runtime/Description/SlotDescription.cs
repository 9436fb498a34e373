namespace EfficientNet.Runtime;

/// <summary>A planned place in memory, and the steps between which it is alive, both included.</summary>
/// <param name="Name">What is kept there.</param>
/// <param name="At">Its first float.</param>
/// <param name="Floats">Its length.</param>
/// <param name="FirstStep">The step that first writes it.</param>
/// <param name="LastStep">The last step that reads it.</param>
/// <remarks>In memory that is kept of every image, place and length are those of a single image: of <c>n</c> images it begins at <c>At · n</c> and is
/// <c>Floats · n</c> long.</remarks>
public sealed record SlotDescription(string Name, long At, long Floats, int FirstStep, int LastStep);
