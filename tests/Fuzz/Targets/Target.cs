using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>One parser, and what its documentation promises of any input.</summary>
internal abstract class Target
{
    /// <summary>Its name, and that of its row in the report.</summary>
    public abstract string Name { get; }

    public abstract Format Format { get; }

    /// <summary>Random inputs of the fixed budget.</summary>
    public abstract long FixedExecutions { get; }

    /// <summary>What an input may make it allocate.</summary>
    public abstract AllocationBound Bound { get; }

    /// <summary>How long one input may take; far above what any takes on an idle machine, because others may be busy on it.</summary>
    public virtual TimeSpan TimeLimit => TimeSpan.FromSeconds(10);

    /// <summary>Puts what inputs refer to beside them.</summary>
    public virtual void Prepare(FuzzInput input)
    {
    }

    /// <summary>Reads an input with everything that its parser offers.</summary>
    /// <exception cref="InvalidPropertyException">It was taken, and is wrong.</exception>
    public abstract void Read(FuzzInput input);

    /// <summary>What is wrong with an exception; null where it is the documented one.</summary>
    public string? Complaint(Exception exception)
    {
        if (FileOf(exception) is not { } file) return $"{exception.GetType().Name}, which is not documented: {exception}";
        if (!exception.Message.StartsWith($"{file}: ", StringComparison.Ordinal) || exception.Message.Length <= file.Length + 2)
            return $"the message does not begin with the file and a reason: {exception.Message}";
        return exception.Message.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029') ? $"the message is not one line: {exception.Message}" : null;
    }

    /// <summary>The file that a documented exception names; null for an exception that is not documented.</summary>
    protected abstract string? FileOf(Exception exception);
}
