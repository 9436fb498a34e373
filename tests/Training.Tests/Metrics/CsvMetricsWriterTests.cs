using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Metrics;

/// <summary>The table of a run's numbers, and what is left of it behind an interruption.</summary>
public class CsvMetricsWriterTests
{
    private static readonly string[] Tags = ["loss", "rate"];

    [Fact]
    public void A_step_has_one_line_however_often_it_is_flushed()
    {
        using var folder = new TemporaryFolder();
        using (var table = new CsvMetricsWriter(folder["m.csv"], Tags, step: 0))
        {
            table.Scalar("loss", 2, 0.1);
            table.Flush();
            File.ReadAllText(folder["m.csv"]).ShouldBe("step,loss,rate\n2,0.1,\n");
            table.Scalar("rate", 2, 1e-20);
            table.Histogram("loss", 2, [1, 2]);
            table.Flush();
            table.Scalar("loss", 2, 3);
            table.Scalar("rate", 4, double.NaN);
        }

        File.ReadAllText(folder["m.csv"]).ShouldBe("step,loss,rate\n2,3,1E-20\n4,,NaN\n");
        CsvMetricsWriter.Read(folder["m.csv"])["loss"].ShouldBe([(2L, 3.0)]);
        CsvMetricsWriter.Read(folder["m.csv"])["rate"].Count.ShouldBe(2);
    }

    [Fact]
    public void A_line_written_anew_may_be_shorter()
    {
        using var folder = new TemporaryFolder();
        using (var table = new CsvMetricsWriter(folder["m.csv"], Tags, step: 0))
        {
            table.Scalar("loss", 2, 0.123456789);
            table.Flush();
            table.Scalar("loss", 2, 0);
        }

        File.ReadAllText(folder["m.csv"]).ShouldBe("step,loss,rate\n2,0,\n");
    }

    [Fact]
    public void Going_on_drops_what_was_lost_and_what_was_cut_and_completes_the_steps_own_line()
    {
        using var folder = new TemporaryFolder();
        // The last line is 1203's, cut in its first number.
        File.WriteAllText(folder["m.csv"], "step,loss,rate\n2,0.1,\n1200,0.25,\n1202,5,6\n12");
        using (var table = new CsvMetricsWriter(folder["m.csv"], Tags, step: 1200))
        {
            table.Scalar("rate", 1200, 7);
            table.Scalar("loss", 1201, 8);
        }

        File.ReadAllText(folder["m.csv"]).ShouldBe("step,loss,rate\n2,0.1,\n1200,0.25,7\n1201,8,\n");
        Directory.GetFiles(folder.Root).Length.ShouldBe(1);
    }

    [Fact]
    public void A_table_that_was_cut_at_any_byte_keeps_its_whole_lines_and_no_other_number()
    {
        using var folder = new TemporaryFolder();
        const string whole = "step,loss,rate\n2,0.125,3\n4,0.25,1E-20\n16,12.5,-17\n";
        (long, double)[] rates = [(2, 3), (4, 1e-20), (16, -17)];
        for (int length = "step,loss,rate\n".Length; length <= whole.Length; length++)
        {
            File.WriteAllText(folder["m.csv"], whole[..length]);
            int lines = whole[..length].Count(character => character == '\n') - 1;
            CsvMetricsWriter.Read(folder["m.csv"])["rate"].ShouldBe(rates[..lines], $"cut to {length} bytes");
            new CsvMetricsWriter(folder["m.csv"], Tags, step: 16).Dispose();
            File.ReadAllText(folder["m.csv"]).ShouldBe(whole[..(whole[..length].LastIndexOf('\n') + 1)], $"cut to {length} bytes, and gone on with");
        }
    }

    [Fact]
    public void Beginning_anew_empties_the_table_and_a_lost_one_is_begun()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m.csv"], "step,loss,rate\n2,0.1,\n");
        new CsvMetricsWriter(folder["m.csv"], Tags, step: 0).Dispose();
        File.ReadAllText(folder["m.csv"]).ShouldBe("step,loss,rate\n");
        new CsvMetricsWriter(folder["other.csv"], Tags, step: 5).Dispose();
        File.ReadAllText(folder["other.csv"]).ShouldBe("step,loss,rate\n");
    }

    [Fact]
    public void Other_columns_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m.csv"], "step,loss\n2,0.1\n");
        Should.Throw<IOException>(() => new CsvMetricsWriter(folder["m.csv"], Tags, step: 2)).Message.ShouldBe($"{folder["m.csv"]}: has the columns step,loss: expected step,loss,rate");
        File.ReadAllText(folder["m.csv"]).ShouldBe("step,loss\n2,0.1\n");
        using var table = new CsvMetricsWriter(folder["n.csv"], Tags, step: 0);
        Should.Throw<ArgumentException>(() => table.Scalar("speed", 1, 1)).Message.ShouldStartWith($"{folder["n.csv"]} has no column speed.");
        Should.Throw<ArgumentException>(() => new CsvMetricsWriter(folder["o.csv"], ["a,b"], step: 0)).Message.ShouldStartWith("Tag a,b would need quotes in a table.");
    }
}
