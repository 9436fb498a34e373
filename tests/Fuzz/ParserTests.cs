using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Reports;
using EfficientNet.Fuzz.Tests.Targets;
using Xunit.Abstractions;

namespace EfficientNet.Fuzz.Tests;

/// <summary>
/// Every parser reads files that are nearly good: it takes each, or refuses it with the documented exception, in time, within its memory. The same inputs in every run,
/// or others by hand (<see cref="FuzzBudget"/>); <c>docs/reliability.md</c> says what came of them.
/// </summary>
public abstract class ParserTests
{
    private readonly ITestOutputHelper _output;

    private protected ParserTests(ITestOutputHelper output) => _output = output;

    private protected void Fuzz(Target target)
    {
        FuzzBudget budget = FuzzBudget.For(target.FixedExecutions);
        using var run = new FuzzRun(target);
        FuzzStatistics found = run.Run(budget);
        _output.WriteLine(ReliabilityTable.Summary(found));
        ReliabilityTable.Record(found, budget);
        found.Findings.ShouldBeEmpty();
        // What generators are worth. By hand, coverage may lead elsewhere: what is no UTF-8 takes branches of its own.
        if (budget.IsFixed) found.HeaderShare.ShouldBeGreaterThanOrEqualTo(0.5);
    }
}

// A class each, because xunit runs classes beside each other.
public class SpecTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void Specs_are_read_or_answered_with_diagnostics() => Fuzz(new SpecTarget());
}

public class SafetensorsTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void Safetensors_are_read_or_refused() => Fuzz(new SafetensorsTarget());
}

public class TorchTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void PyTorch_files_are_read_or_refused() => Fuzz(new TorchTarget());
}

public class PackedWeightsTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void Packed_weights_are_read_or_refused() => Fuzz(new PackedTarget());
}

public class PngTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void PNG_is_decoded_or_refused() => Fuzz(new PngTarget());
}

public class JpegTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void JPEG_is_decoded_or_refused() => Fuzz(new JpegTarget());
}

public class JpegPartTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void A_part_of_a_JPEG_is_decoded_or_refused() => Fuzz(new JpegPartTarget());
}

public class IdxTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void IDX_files_are_read_or_refused() => Fuzz(new IdxTarget());
}

public class CsvTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void Tables_are_read_or_refused() => Fuzz(new CsvTarget());
}

public class CheckpointTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void Checkpoints_are_read_or_refused() => Fuzz(new CheckpointTarget());
}

public class LabelsTests(ITestOutputHelper output) : ParserTests(output)
{
    [Fact]
    public void Label_files_are_read_or_refused() => Fuzz(new LabelsTarget());
}
