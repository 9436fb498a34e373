using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>What a kernel's writer works with: the text, the instruction set, and the kernels that its code calls.</summary>
internal sealed class KernelContext(SourceWriter writer, VectorIsa isa)
{
    /// <summary>The attribute that every kernel has. Its options are written once for the class (<see cref="WriteOptions"/>).</summary>
    public const string Attribute = "[MethodImpl(Kernel)]";

    private readonly HashSet<string> _explained = [];

    private (string Name, string Parameters) _last;

    public SourceWriter Writer { get; } = writer;

    public VectorIsa Isa { get; } = isa;

    public int Lanes => MapLayout.Lanes;

    /// <summary>Whether kernels of one kind and the same parameters are explained once, at the first: those that follow say their geometry and their tile.</summary>
    public bool ExplainsOnce { get; init; }

    /// <summary>The form of SiLU that is written, and null outside of <see cref="InForm"/>.</summary>
    public SiluForm? Form { get; private set; }

    /// <summary>The type of a vector of floats.</summary>
    public string VectorOfFloat => $"{Isa.Vector}<float>";

    /// <summary>The type of a vector of doubles: half as many.</summary>
    public string VectorOfDouble => $"{Isa.Vector}<double>";

    /// <summary>Declares what kernels name as their options.</summary>
    public void WriteOptions() => Writer.Line("private const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;");

    /// <summary>Opens a kernel: its contract as comment, then the attributes that every kernel has.</summary>
    /// <remarks>
    /// NoInlining keeps one kernel one symbol, and its locals out of its callers' budget. AggressiveOptimization compiles it fully
    /// at its first call: in the first tier a vector kernel would run hundreds of times slower.
    /// </remarks>
    public IDisposable Method(string name, string parameters, string contract)
    {
        _last = (name, parameters);
        name = InThisForm(name);
        string[] lines = contract.Split('\n');
        bool again = ExplainsOnce && !_explained.Add($"{name.Split('_')[0]} {parameters}");
        if (again) lines = [lines[0] + " Arguments as above.", .. lines.Where(line => line.StartsWith("  tile", StringComparison.Ordinal))];
        foreach (string line in lines) Writer.Line($"// {line}".TrimEnd());
        Writer.Line(Attribute);
        return Writer.Block($"private static void {name}({parameters})");
    }

    /// <summary>Asks for a cache line before it is needed, where the instruction set can. A place outside of all memory does no harm.</summary>
    public void Fetch(string place)
    {
        if (Isa.IsX86) Writer.Line(Fetching(place));
    }

    /// <summary>Stores a vector at a place, past the caches where the instruction set can: what is stored so fills whole lines, one after the other.</summary>
    public string Stream(string value, string place) => Isa.IsX86 ? $"V.StoreAlignedNonTemporal({value}, {place});" : $"V.Store({value}, {place});";

    /// <summary>Lets what went past the caches be seen before anything that is stored from here on.</summary>
    public void AwaitStreams()
    {
        if (Isa.IsX86) Writer.Line("Sse.StoreFence();");
    }

    /// <summary>The statement that asks for a cache line, on x86.</summary>
    public static string Fetching(string place) => $"Sse.Prefetch0({place});";

    /// <summary>The same of a line that the first-level cache is not to hold: it is needed too late.</summary>
    public static string FetchingNext(string place) => $"Sse.Prefetch1({place});";

    /// <summary>Writes a kernel that computes SiLU over whole maps: where there is a choice, in each form, and a method of its name that chooses.</summary>
    public void InForms(Action write)
    {
        if (Isa != VectorIsa.Avx512)
        {
            write();
            return;
        }

        foreach (SiluForm form in new[] { SiluForm.ByTable, SiluForm.ByDivision })
        {
            InForm(form, write);
            Writer.Line();
        }

        string arguments = string.Join(", ", _last.Parameters.Split(',').Select(parameter => parameter.Split(' ').Last()));
        using (Method(_last.Name, _last.Parameters, "The form that is faster on this processor."))
        {
            Writer.Line($"if (Hardware.DividesFast) {_last.Name}_{SiluForm.ByDivision}({arguments});");
            Writer.Line($"else {_last.Name}_{SiluForm.ByTable}({arguments});");
        }
    }

    /// <summary>Writes in one form of SiLU, which is added to the names of methods.</summary>
    public void InForm(SiluForm form, Action write)
    {
        Form = form;
        write();
        Form = null;
    }

    /// <summary>The name of a kernel that computes SiLU over maps, in the form that is written.</summary>
    public string InThisForm(string name) => Form is null ? name : $"{name}_{Form}";

    /// <summary>A tile's vectors go by letters, its rows by numbers: <c>y3b</c> is row 3, second vector.</summary>
    public static char Letter(int vector) => (char)('a' + vector);

    /// <summary>A place some floats behind a pointer: an element's address behind a name, a sum behind anything longer.</summary>
    /// <remarks>
    /// Both become the same instructions where the offset is a constant, but the compiler binds an element at once, and for a sum with a pointer weighs every
    /// predefined <c>+</c>: with tens of thousands of places that is an eighth of its time.
    /// </remarks>
    public static string At(string pointer, long floats) => floats == 0 ? pointer : pointer.All(char.IsLetterOrDigit) ? $"&{pointer}[{floats}]" : $"{pointer} + {floats}";

    /// <summary>A value after a clamp activation; other activations are passes of their own.</summary>
    public static string Clamped(ActivationKind clamp, string value) => clamp switch
    {
        ActivationKind.Relu => $"V.MaxNative(zero, {value})",
        ActivationKind.Relu6 => $"V.MinNative(six, V.MaxNative(zero, {value}))",
        _ => value,
    };

    /// <summary>The constants that <see cref="Clamped"/> names. Of two operands the native minimum and maximum return the second where one is NaN: it stays.</summary>
    public void ClampConstants(ActivationKind clamp)
    {
        if (clamp is ActivationKind.Relu or ActivationKind.Relu6) Writer.Line($"var zero = {VectorOfFloat}.Zero;");
        if (clamp is ActivationKind.Relu6) Writer.Line("var six = V.Create(6f);");
    }

    /// <summary>Whether an activation is a clamp: two operations at most, applied where the sum is stored.</summary>
    public static bool IsClamp(ActivationKind activation) => activation is ActivationKind.Relu or ActivationKind.Relu6;

    public static ActivationKind ClampOf(ActivationKind activation) => IsClamp(activation) ? activation : ActivationKind.None;

    /// <summary>The pass over a row that an activation is; null for clamps and none.</summary>
    public static RowPassKernel? RowPassOf(ActivationKind activation) =>
        PassOf(activation) is var pass and not ActivationKind.None ? new RowPassKernel(pass, Sum: false) : null;

    public static ActivationKind PassOf(ActivationKind activation) => IsClamp(activation) ? ActivationKind.None : activation;
}
