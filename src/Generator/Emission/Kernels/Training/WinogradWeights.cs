using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes what lies between the taps of 3×3 kernels, in whose order parameters lie, and the points of Winograd's F(2×2, 3×3): weights one way, gradients the other.</summary>
internal static class WinogradWeights
{
    private const string Taps = "panels of blocks blocks, panel floats apart: [outputs] biases, then 9 taps, tap floats apart: [rows][outputs]";

    private static readonly string Points = $"panels of blocksOfT blocks, panelOfT floats apart: 16 points, point floats apart: [outputs] biases, of which those of point {Winograd.BiasPoint} count, [rows][outputs]";

    private const string Work = "rows, block by block of outputs; rows first … last − 1 are made here, the biases of a block with its first";

    /// <summary>Transforms kernels: G g Gᵀ, in floats, where the forward pass has them transformed when they are loaded.</summary>
    public static void Write(KernelContext context, WinogradWeightsKernel kernel)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(kernel.Name, $"float* w, float* t, {Numbers}nint first, nint last",
            $"Weights of the tiles of F(2×2, 3×3): G g Gᵀ of every 3×3 kernel g.\n  w     {Taps}\n  t     {Points}, the others are zero\n  work  {Work}"))
        {
            ForRows(context, "w", "t", WriteBiases, () =>
            {
                string lane = Loops.Lane(context);
                writer.Line("// G g, column by column");
                for (int x = 0; x < Winograd.Kernel; x++)
                {
                    writer.Line(WinogradTiles.Each(y => $"var g{y}{x} = V.Load({Tap(y, x)}{lane});", Winograd.Kernel));
                    Transform(y => $"g{y}{x}", i => $"u{i}{x}", $"{x}");
                }

                writer.Line("// (G g) Gᵀ, row by row");
                for (int i = 0; i < Winograd.Inputs; i++)
                {
                    Transform(x => $"u{i}{x}", j => $"v{i}{j}", $"Of{i}");
                    writer.Line(WinogradTiles.Each(j => $"V.Store(v{i}{j}, {Point("points", i, j)}{lane});"));
                }
            });
        }

        void WriteBiases(string lane)
        {
            using (writer.Block($"for (nint i = 0; i < {Winograd.Points}; i++)"))
            {
                writer.Line($"V.Store(i == {Winograd.BiasPoint} ? V.Load(taps{lane}) : {context.VectorOfFloat}.Zero, points + i * point{lane});");
            }
        }

        // G times a column.
        void Transform(Func<int, string> three, Func<int, string> four, string name)
        {
            writer.Line($"var outer{name} = ({three(0)} + {three(2)}) * half; var inner{name} = {three(1)} * half;");
            writer.Line($"var {four(0)} = {three(0)}; var {four(1)} = outer{name} + inner{name}; var {four(2)} = outer{name} - inner{name}; var {four(3)} = {three(2)};");
        }
    }

    /// <summary>Makes taps' gradients: Gᵀ m G of every 4×4 sums m over images.</summary>
    public static void Write(KernelContext context, WinogradTapsGradientKernel kernel)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(kernel.Name, $"float* dm, float* dw, nint images, nint imageStride, {Numbers}nint first, nint last",
            "Gradients of the 3×3 kernels whose tiles are multiplied, Gᵀ m G, and of biases.\n" +
            $"  dm    [images], imageStride floats apart, of {Points}\n  dw    {Taps}, added to\n  sum   image by image, then transformed, then added to dw\n  work  {Work}"))
        {
            ForRows(context, "dw", "dm", WriteBiases, () =>
            {
                string lane = Loops.Lane(context);
                writer.Line("// Gᵀ m, column by column");
                for (int j = 0; j < Winograd.Inputs; j++)
                {
                    writer.Line(WinogradTiles.Each(i => $"var m{i}{j} = V.Load({Point("points", i, j)}{lane});"));
                    using (writer.Block("for (nint n = 1; n < images; n++)"))
                    {
                        writer.Line("float* others = points + n * imageStride;");
                        writer.Line(WinogradTiles.Each(i => $"m{i}{j} += V.Load({Point("others", i, j)}{lane});"));
                    }

                    Transform(i => $"m{i}{j}", y => $"u{y}{j}", $"{j}");
                }

                writer.Line("// (Gᵀ m) G, row by row");
                for (int y = 0; y < Winograd.Kernel; y++)
                {
                    Transform(j => $"u{y}{j}", x => $"g{y}{x}", $"Of{y}");
                    for (int x = 0; x < Winograd.Kernel; x++) writer.Line($"V.Store(V.Load({Tap(y, x)}{lane}) + g{y}{x}, {Tap(y, x)}{lane});");
                }
            });
        }

        void WriteBiases(string lane)
        {
            writer.Line($"float* biases = points + {Winograd.BiasPoint} * point{lane};");
            writer.Line("var bias = V.Load(biases);");
            writer.Line("for (nint n = 1; n < images; n++) bias += V.Load(biases + n * imageStride);");
            writer.Line($"V.Store(V.Load(taps{lane}) + bias, taps{lane});");
        }

        // Gᵀ times a column.
        void Transform(Func<int, string> four, Func<int, string> three, string name)
        {
            writer.Line($"var sum{name} = ({four(1)} + {four(2)}) * half; var difference{name} = ({four(1)} - {four(2)}) * half;");
            writer.Line($"var {three(0)} = {four(0)} + sum{name}; var {three(1)} = difference{name}; var {three(2)} = sum{name} + {four(3)};");
        }
    }

    private static string Numbers => string.Concat(WinogradWeightsKernel.Geometry(0, default, default).Select(number => $"nint {number.Name}, "));

    /// <summary>Writes the loop over rows of all blocks: <c>taps</c> and <c>points</c> are a row's places in the first matrix, and before the first row those of the biases.</summary>
    private static void ForRows(KernelContext context, string taps, string points, Action<string> biases, Action row)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes;
        writer.Line("var half = V.Create(0.5f);");
        using (writer.Block("unchecked // of a kernel that is turned around tap is negative, and a pointer plus that would be an overflow to a project that checks for it"))
        using (writer.Block("for (nint at = first; at < last; at++)"))
        {
            writer.Line("nint block = at / rows;");
            writer.Line("nint row = at - block * rows;");
            writer.Line($"float* taps = {taps} + block / blocks * panel + block % blocks * {lanes};");
            writer.Line($"float* points = {points} + block / blocksOfT * panelOfT + block % blocksOfT * {lanes};");
            using (writer.Block("if (row == 0)"))
            using (Loops.BlockVectors(context)) biases(Loops.Lane(context));
            writer.Line($"taps += (row + 1) * blocks * {lanes};");
            writer.Line($"points += (row + 1) * blocksOfT * {lanes};");
            using (Loops.BlockVectors(context)) row();
        }
    }

    /// <summary>The same row of a tap.</summary>
    private static string Tap(int y, int x) => Place("taps", "tap", y * Winograd.Kernel + x);

    /// <summary>The same row of a point.</summary>
    private static string Point(string points, int i, int j) => Place(points, "point", i * Winograd.Inputs + j);

    private static string Place(string pointer, string step, int count) => pointer + (count == 0 ? "" : $" + {step}{Loops.Times(count)}");
}
