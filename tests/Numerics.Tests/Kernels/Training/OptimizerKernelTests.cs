using System.Text.Json;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>Optimizers, moving averages and the norm of gradients over flat lines of 16.</summary>
public class OptimizerKernelTests
{
    private const int Lanes = MapLayout.Lanes;

    private static readonly Kernel[] Optimizers = [new SgdKernel(), new RmsPropKernel(TensorFlow: false), new RmsPropKernel(TensorFlow: true), new AdamWKernel()];

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Optimizer",
        Optimizers.Concat([new ExponentialAverageKernel(), new GradientNormKernel()]).Select(kernel => KeyValuePair.Create(kernel.Name, kernel))));

    public static TheoryData<InstructionSet> Sets => [.. KernelIsas.Sets];

    public static TheoryData<InstructionSet, string> Steps => KernelIsas.Cross(Optimizers.Select(kernel => kernel.Name).Append("Nesterov"));

    public static TheoryData<string> References => OperationCase.Named("sgd", "sgd_nesterov", "rmsprop", "rmsprop_tf", "adamw");

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_is_its_formula_on_every_line(InstructionSet set, string title)
    {
        string name = title == "Nesterov" ? "Sgd" : title;
        foreach (int lines in new[] { 1, 2, 7 })
        {
            float[] w = Make("w", lines, 2), g = Make("g", lines, 1), first = Make("first", lines, 0.5), second = Array.ConvertAll(Make("second", lines, 0.5), Math.Abs);
            float[] options = Options(title);
            float[] decay = Enumerable.Range(0, lines).Select(line => line % 3 == 1 ? 0f : 1f).ToArray();
            Rounded[][] expected = Enumerable.Range(0, lines * Lanes).Select(i => OptimizerSteps.Of(title, w[i], g[i], first[i], second[i], options, decay[i / Lanes])).ToArray();
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {title}, {lines} lines, guard {guard}";
                using KernelRun run = Fill(set, name, guard, w, g, first, second, options, decay);
                string[] moved = ["w", .. Memory(name)], changed = [.. moved, "gradients"];
                float[][] before = [.. new[] { w, first, second }.Take(moved.Length), g];
                Splits.ShouldNotMatter(lines, where, ranges =>
                {
                    for (int i = 0; i < changed.Length; i++) run.Set(changed[i], before[i]);
                    foreach ((int from, int to) in ranges) run.Call(from, to);
                    return changed.Select(one => run[one]).ToArray();
                }, before);
                for (int i = 0; i < changed.Length; i++) run.Set(changed[i], before[i]);
                run.Call(0, lines);
                run["gradients"].ShouldAllBe(gradient => gradient == 0, where);
                for (int i = 0; i < moved.Length; i++)
                {
                    Judge.Floats(run[moved[i]], expected.Select(one => one[i].Value).ToArray(), expected.Select(one => one[i].Error).ToArray(), Data.Reals, $"{where}: {moved[i]}");
                }
            }
        }
    }

    [SharedTheory]
    [MemberData(nameof(References))]
    public void Three_steps_are_the_librarys(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor parameter = given["parameter"], gradients = given["gradients"];
        int length = parameter.Data.Length, lines = MapLayout.Blocks(length);
        string kernel = name.StartsWith("optimizer_sgd", StringComparison.Ordinal) ? "Sgd"
            : name.EndsWith("_tf", StringComparison.Ordinal) ? "RmsPropTensorFlow"
            : name.StartsWith("optimizer_rmsprop", StringComparison.Ordinal) ? "RmsProp" : "AdamW";
        foreach (InstructionSet set in KernelIsas.Sets)
        {
            float[] w = Lines(parameter.Data), none = new float[lines * Lanes], ones = Enumerable.Repeat(1f, lines * Lanes).ToArray();
            float[] options = kernel == "AdamW" ? new float[10] : new float[7];
            using KernelRun run = Fill(set, kernel, Guard.After, w, none, none, kernel == "RmsPropTensorFlow" ? ones : none, options, ones[..lines]);
            for (int step = 1; step <= 3; step++)
            {
                OptionsOf(kernel, given.Attributes, step).CopyTo(options, 0);
                run.Give("options", options);
                run.Set("gradients", Lines(gradients.Data.AsSpan((step - 1) * length, length)));
                run.Call(0, lines);
                Tensor after = given[$"after_{step}"];
                double largest = after.Data.Max(Math.Abs);
                // PyTorch's own float32 is off by 2e-7 of the largest at most.
                for (int i = 0; i < length; i++) ((double)run["w"][i]).ShouldBe(after.Data[i], 1e-6 * largest, $"{set}, step {step}, parameter {i}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void An_average_moves_by_its_share(InstructionSet set)
    {
        const float Share = 1e-4f;
        foreach (int lines in new[] { 1, 5 })
        {
            float[] w = Make("w", lines, 2), average = Make("average", lines, 2);
            using var run = new KernelRun(Library.Value[set, "ExponentialAverage"], Guard.After);
            run.Input("w", w).InOut("average", average).Input("options", [Share]);
            run.Call(lines / 2, lines);
            run.Call(0, lines / 2);
            Rounded[] expected = w.Zip(average, (value, old) => ((Rounded)value - old) * (double)Share + (double)old).ToArray();
            Judge.Floats(run["average"], expected.Select(v => v.Value).ToArray(), expected.Select(v => v.Error).ToArray(), Data.Reals, $"{set}, {lines} lines");
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Squares_are_summed_in_double_chunk_by_chunk(InstructionSet set)
    {
        foreach (int lines in new[] { 1, GradientNormKernel.ChunkLines, GradientNormKernel.ChunkLines + 1, 3 * GradientNormKernel.ChunkLines - 2 })
        {
            // Squares of which no float32 sum would be right: 1e20² is no float, 1e-20² is zero.
            float[] g = Make("g", lines, 2);
            for (int i = 0; i < g.Length; i += 5) g[i] *= i % 2 == 0 ? 1e20f : 1e-20f;
            int floats = GradientNormKernel.ChunkLines * Lanes, chunks = (g.Length + floats - 1) / floats;
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {lines} lines, guard {guard}";
                using var run = new KernelRun(Library.Value[set, "GradientNorm"], guard);
                run.Input("gradients", g).Output("partials", 2 * chunks).Number("lines", lines);
                Splits.ShouldNotMatter(chunks, where, ranges =>
                {
                    run.Forget("partials");
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["partials"]];
                });
                run.Call(0, chunks);
                double[] partials = System.Runtime.InteropServices.MemoryMarshal.Cast<float, double>(run["partials"]).ToArray();
                for (int chunk = 0; chunk < chunks; chunk++)
                {
                    double exact = g.Skip(chunk * floats).Take(floats).Sum(value => (double)value * value);
                    partials[chunk].ShouldBe(exact, exact * floats * Math.ScaleB(1, -52), $"{where}, chunk {chunk}");
                }
            }
        }
    }

    private static string[] Memory(string kernel) => kernel switch { "Sgd" => ["momentum"], "AdamW" => ["mean", "squares"], _ => ["momentum", "squares"] };

    private static KernelRun Fill(InstructionSet set, string kernel, Guard guard, float[] w, float[] g, float[] first, float[] second, float[] options, float[] decay)
    {
        var run = new KernelRun(Library.Value[set, kernel], guard);
        run.InOut("w", w).InOut("gradients", g).Input("options", options).Input("decay", decay);
        string[] memory = Memory(kernel);
        run.InOut(memory[0], first);
        if (memory.Length > 1) run.InOut(memory[1], second);
        return run;
    }

    /// <summary>Numbers that no term of the formula leaves without effect.</summary>
    private static float[] Options(string title) => title switch
    {
        "Sgd" => [0.75f, 0.1f, 0.01f, 0.9f, 0],
        "Nesterov" => [0.75f, 0.1f, 0.01f, 0.9f, 1],
        "AdamW" => [0.75f, 0.01f, 0.05f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-3f, 0.02f, 3.5f],
        _ => [0.75f, 0.01f, 0.02f, 0.9f, 0.8f, 0.2f, 1e-3f],
    };

    /// <summary>The options of a step, as the kernel's contract lists them, from the settings of a reference.</summary>
    private static float[] OptionsOf(string kernel, JsonElement settings, int step)
    {
        double Of(string key) => settings.TryGetProperty(key, out JsonElement value) ? value.GetDouble() : 0;
        double rate = Of("lr");
        double[] options;
        if (kernel == "Sgd")
        {
            options = [1, rate, Of("weight_decay"), Of("momentum"), settings.TryGetProperty("nesterov", out _) ? 1 : 0];
        }
        else if (kernel == "AdamW")
        {
            double beta1 = settings.GetProperty("betas")[0].GetDouble(), beta2 = settings.GetProperty("betas")[1].GetDouble();
            options = [1, rate, Of("weight_decay"), beta1, 1 - beta1, beta2, 1 - beta2, Of("eps"), rate / (1 - Math.Pow(beta1, step)), 1 / Math.Sqrt(1 - Math.Pow(beta2, step))];
        }
        else
        {
            options = [1, rate, Of("weight_decay"), Of("momentum"), Of("alpha"), 1 - Of("alpha"), Of("eps")];
        }

        return Packing.Floats(options);
    }

    private static float[] Lines(ReadOnlySpan<double> values)
    {
        var lines = new float[MapLayout.Blocks(values.Length) * Lanes];
        for (int i = 0; i < values.Length; i++) lines[i] = (float)values[i];
        return lines;
    }

    private static float[] Make(string name, int lines, double scale) => Values.Make($"optimizer {name}", Data.Reals, [lines * Lanes], 0, 0, scale).ToFloats();
}
