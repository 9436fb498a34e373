using EfficientNet.Reliability.Tests.Reports;
using EfficientNet.Reliability.Tests.Support;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>Memory and threads that cannot be had.</summary>
public class MemoryTests
{
    [Fact]
    public void What_cannot_be_had_is_one_clear_error_and_the_process_works_on()
    {
        if (!OperatingSystem.IsLinux()) return;
        string[] said = ChildProcess.Run(["starve"]);
        said[0].ShouldMatch("^arena: InsufficientMemoryException: Cannot allocate [0-9]+ bytes for a session of Tiny\\.$");
        said[1].ShouldMatch("^weights: InsufficientMemoryException: Cannot allocate [0-9]+ bytes for packed weights\\.$");
        said[2].ShouldMatch("^trainer: InsufficientMemoryException: Cannot allocate [0-9]+ bytes for ");
        said[3].ShouldMatch("^threads: InsufficientMemoryException: Cannot start worker [0-9]+ of 256\\.");
        said[4..].ShouldBe(["workers left 0", "works on True"]);
        ReliabilityRow.Note("arena, weights, trainer, threads that cannot be had", 4, "one error each, nothing held, the process works on");
    }
}
