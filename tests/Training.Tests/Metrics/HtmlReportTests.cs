using System.Xml;
using System.Xml.Linq;
using EfficientNet.Imaging;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Metrics;

/// <summary>The report: one page of well-formed markup that holds all that it shows.</summary>
public class HtmlReportTests
{
    [Fact]
    public void A_page_is_well_formed_and_shows_curves_classes_confusion_mistakes_and_settings()
    {
        var images = new Drawings(6, 3, side: 120);
        var evaluation = new Evaluation(["a <b>", "\"c\" & d", "é"], isMultiLabel: false);
        evaluation.Add([5, 0, 0], [0], 0);
        evaluation.Add([5, 0, 0], [1], 1);
        evaluation.Add([0, 0, 2], [2], 2);
        XDocument page = Page(new ReportContents
        {
            Title = "Run <1> & more",
            Settings = [new("seed", "7"), new("name", "<script>alert(1)</script>")],
            Charts = [new Chart("loss", [("training", [(1, 2.5), (2, double.NaN), (3, 0.00025)]), ("validation", [])]), new Chart("nothing", [("", [])])],
            Evaluation = evaluation,
            Images = images,
        });

        page.Descendants("h1").Single().Value.ShouldBe("Run <1> & more");
        page.Descendants("polyline").Select(line => line.Attribute("points")!.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length).ShouldBe([2, 0]);
        page.Descendants("figcaption").First().Value.ShouldBe("loss training validation");
        page.Descendants("script").ShouldBeEmpty();
        page.Descendants("td").Select(cell => cell.Value).ShouldContain("<script>alert(1)</script>");
        XElement confusion = page.Descendants("table").ElementAt(1);
        confusion.Elements("tr").First().Elements("th").Select(cell => cell.Value).ShouldBe(["", "a <b>", "\"c\" & d", "é"]);
        confusion.Elements("tr").Skip(1).Select(row => string.Join('|', row.Elements("td").Select(cell => cell.Value))).ShouldBe(["1||", "1||", "||1"]);

        XElement mistake = page.Descendants("img").ShouldHaveSingleItem();
        string source = mistake.Attribute("src")!.Value;
        source.ShouldStartWith("data:image/png;base64,");
        Image shown = Image.Decode(Convert.FromBase64String(source["data:image/png;base64,".Length..]), "mistake");
        (shown.Width, shown.Height).ShouldBe((96, 96));
        mistake.Parent!.Value.ShouldStartWith("\"c\" & d, taken fora <b> (98.7%)");
    }

    [Fact]
    public void A_small_picture_is_shown_bit_by_bit()
    {
        var images = new Drawings(2, 2);
        var evaluation = new Evaluation(images.Classes, isMultiLabel: false);
        evaluation.Add([0, 1], [0], 0);
        XDocument page = Page(new ReportContents { Title = "t", Evaluation = evaluation, Images = images });
        byte[] png = Convert.FromBase64String(page.Descendants("img").Single().Attribute("src")!.Value.Split(',')[1]);
        Image shown = Image.Decode(png, "mistake"), read = images.Read(0);
        for (int y = 0; y < read.Height; y++) shown.Row(y).ToArray().ShouldBe(read.Row(y).ToArray());
    }

    [Fact]
    public void Many_classes_have_no_matrix_and_many_labels_neither_matrix_nor_mistakes()
    {
        string[] names = Enumerable.Range(0, 41).Select(number => $"class {number}").ToArray();
        var many = new Evaluation(names, isMultiLabel: false);
        many.Add(new float[41], [0], 0);
        Page(new ReportContents { Title = "t", Evaluation = many }).Descendants("h2").ShouldNotContain(heading => heading.Value == "Confusion");
        var labels = new Evaluation(["a", "b"], isMultiLabel: true);
        labels.Add([1, -1], [0], 0);
        XDocument page = Page(new ReportContents { Title = "t", Evaluation = labels, Images = new Drawings(2, 2) });
        page.Descendants("h2").Select(heading => heading.Value).ShouldBe(["1 images judged: mean average precision 100.0%", "Settings"]);
        page.Descendants("table").First().Elements("tr").Select(row => row.Elements().Last().Value).ShouldBe(["average precision", "100.0%", "0.0%"]);
    }

    // As XML, with no way out of the page.
    private static XDocument Page(ReportContents contents)
    {
        using var stream = new MemoryStream();
        HtmlReport.Write(stream, contents);
        stream.Position = 0;
        using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        XDocument page = XDocument.Load(reader);
        foreach (XElement element in page.Descendants())
        {
            element.Name.LocalName.ShouldNotBeOneOf("link", "script", "iframe", "object", "embed", "base");
            foreach (XAttribute attribute in element.Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href" or "srcset" or "action"))
                attribute.Value.ShouldStartWith("data:");
        }

        page.Descendants("style").Single().Value.ShouldNotContain("url(");
        page.Descendants("style").Single().Value.ShouldNotContain("@import");
        return page;
    }
}
