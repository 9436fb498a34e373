using System.Globalization;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Kernels.Ulps;

/// <summary>
/// The table of <c>docs/numerics.md</c>: every 4099th float in each run of the tests; more by hand, and all of them, which takes long, with
/// <c>EFFICIENTNET_SWEEP=1</c>. <c>EFFICIENTNET_ULP_RECORD=1</c> writes the rows.
/// </summary>
public class UlpTableTests(ITestOutputHelper output)
{
    // Of a row's cells.
    private const int UlpsCell = 4;

    [Fact]
    public void No_float_is_further_off_than_its_bound_and_the_page_says()
    {
        string page = Repository.At("docs", "numerics.md");
        bool records = Environment.GetEnvironmentVariable("EFFICIENTNET_ULP_RECORD") == "1";
        foreach (UlpRow row in UlpSweep.Run(ElementaryKernels.Step))
        {
            output.WriteLine($"{row.Beginning} {row.Rest}");
            row.Count.ShouldBeGreaterThan(0, row.Beginning);
            row.Share.ShouldBeWithin(1, row.Beginning);
            if (records) RecordedTable.Write(page, row.Beginning, row.Rest);
            // A row is of many times more floats: no fewer of them are further off, or by no more than two neighbours differ.
            string[] said = RecordedTable.Read(page, row.Beginning);
            double most = double.Parse(said[UlpsCell], CultureInfo.InvariantCulture);
            row.Ulps.ShouldBeWithin(most * 1.02, row.Beginning);
        }
    }
}
