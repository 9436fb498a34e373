using System.Globalization;
using EfficientNet.Runtime;
using Spectre.Console;

namespace EfficientNet.Cli.Output;

/// <summary>A network in tables: what it assumes, what a weight file says, and its layers with their totals.</summary>
internal static class NetworkSheet
{
    /// <summary>The conventions that weights and photos must have been made for, and what the network takes to run.</summary>
    public static Table Conventions(NetworkDescription network)
    {
        Table table = Pairs();
        Row("network", $"{network.Name} (family {network.Family}, convention {network.Convention})");
        Row("input", $"{network.InputChannels}×{network.Resolution}×{network.Resolution}");
        Row("classes", $"{network.Classes}, from {network.Features} features");
        Row("padding", Padding(network.Padding));
        Row("epsilon", $"{Figures.Exact(network.Epsilon)} (BatchNorm)");
        Row("momentum", $"{Figures.Exact(network.Momentum)} (BatchNorm: weight of the new value)");
        Row("activation", network.Activation);
        Row("photo", Sides(network.Preprocessing));
        Row("normalised", Normalised(network.Preprocessing));
        Row("packed weights", Bytes(network.PackedFloats));
        Row("arena", $"{Bytes(network.ArenaFloats)} an image under way, and {Bytes(network.ScratchFloats)} a thread");
        Row("compiler", network.CompilerVersion);
        return table;

        void Row(string name, string value) => table.AddRow(new Text(name), new Text(value));
    }

    /// <summary>What a weight file says about itself, which is often nothing.</summary>
    public static Table WeightFile(WeightMetadata found)
    {
        Table table = Pairs();
        Row("network", found.Network);
        Row("convention", found.Convention);
        Row("input", found.Resolution is { } side ? string.Create(CultureInfo.InvariantCulture, $"{side}×{side}") : null);
        Row("padding", found.Padding is { } padding ? Padding(padding) : null);
        Row("epsilon", found.Epsilon is { } epsilon ? Figures.Exact(epsilon) : null);
        Row("activation", found.Activation);
        Row("photo", found.Preprocessing is { } photo ? Sides(photo) : null);
        Row("normalised", found.Preprocessing is { } values ? Normalised(values) : null);
        Row("labels", found.Labels is { } labels ? string.Create(CultureInfo.InvariantCulture, $"{labels.Count}: {string.Join("; ", labels.Take(3))}{(labels.Count > 3 ? "; …" : "")}") : null);
        Row("images", found.IsMultiLabel switch { true => "show any number of classes: a sigmoid each", false => "show one class each: softmax", null => null });
        if (table.Rows.Count == 0) table.AddRow(new Text("the weight file"), new Text("says nothing about itself"));
        return table;

        void Row(string name, string? value)
        {
            if (value is not null) table.AddRow(new Text($"the file's {name}"), new Text(Terminal.OneLine(value)));
        }
    }

    /// <summary>One row for each layer.</summary>
    public static Table Layers(NetworkDescription network)
    {
        Table table = new Table { Border = TableBorder.Simple }
            .AddColumn(new TableColumn("Layer").Footer(new Text("total")))
            .AddColumn("Operation")
            .AddColumn(new TableColumn("Output").RightAligned())
            .AddColumn(Total("Parameters", layer => layer.Parameters))
            .AddColumn(Total("Multiply-adds", layer => layer.MultiplyAdds))
            .AddColumn(Total("Activation bytes", layer => layer.ActivationBytes));
        foreach (LayerDescription layer in network.Layers)
        {
            table.AddRow(
                new Text(layer.Name),
                new Text(Operation(layer)),
                Figures.Shape(layer.Channels, layer.Height, layer.Width),
                Figures.Whole(layer.Parameters),
                Figures.Whole(layer.MultiplyAdds),
                Figures.Whole(layer.ActivationBytes));
        }
        return table;

        TableColumn Total(string name, Func<LayerDescription, long> value) =>
            new TableColumn(name).RightAligned().Footer(Figures.Whole(network.Layers.Sum(value)));
    }

    private static string Operation(LayerDescription layer)
    {
        string operation = layer switch
        {
            { Operation: LayerOperation.Convolution, Window.Kernel: 1 } => "pointwise",
            { Window: { Kernel: > 1 } window } => $"{Word(layer.Operation)} {window.Kernel}x{window.Kernel}/{window.Stride}",
            { Operation: LayerOperation.GlobalAveragePool } => "global average pooling",
            { Operation: LayerOperation.Add } => "residual",
            _ => Word(layer.Operation),
        };
        return layer.Activation == ActivationFunction.None ? operation : $"{operation} {Word(layer.Activation)}";

        static string Word<T>(T name)
            where T : struct, Enum => name.ToString().ToLowerInvariant();
    }

    private static Table Pairs() => new Table { Border = TableBorder.Simple }.HideHeaders().AddColumn("").AddColumn("");

    private static string Padding(string padding) => padding switch
    {
        "same" => "same (TensorFlow's SAME: what is odd goes to the right and bottom)",
        "symmetric" => "symmetric ((kernel - 1) / 2 on every side)",
        string other => other,
    };

    private static string Sides(Preprocessing photo) =>
        $"shorter side to {photo.Resize} ({photo.Interpolation}, antialiased), centre {photo.Crop}×{photo.Crop}";

    private static string Normalised(Preprocessing photo) => $"(value / 255 - mean) / std, mean {List(photo.Mean)}, std {List(photo.Std)}";

    private static string Bytes(long floats) => string.Create(CultureInfo.InvariantCulture, $"{floats * sizeof(float):N0} bytes");

    private static string List(IEnumerable<float> values) => string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
