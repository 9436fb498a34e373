namespace EfficientNet.Runtime;

/// <summary>
/// A network that was compiled with checks used memory that the step was not given. It is a mistake of the compiler, not of the caller; results of the
/// pass are worth nothing, those of later passes are computed from new.
/// </summary>
public sealed class MemoryCheckException : Exception
{
    internal MemoryCheckException(string network, string step, string found)
        : base($"{network}, {step}: {found}")
    {
        Step = step;
    }

    /// <summary>The step behind which it was found: its number, block, role and kernel.</summary>
    public string Step { get; }
}
