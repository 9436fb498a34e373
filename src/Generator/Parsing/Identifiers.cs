using System.Globalization;
using System.Text;

namespace EfficientNet.Compiler.Parsing;

/// <summary>What C# takes as the name of a class or a namespace.</summary>
internal static class Identifiers
{
    /// <summary>Reserved words, and the two of which generated code makes types, which a namespace would hide.</summary>
    private static readonly HashSet<string> Keywords = new(
        ("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event "
        + "explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null "
        + "object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static "
        + "string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while "
        + "__arglist __makeref __reftype __refvalue nint nuint").Split(' '),
        StringComparer.Ordinal);

    /// <summary>Contextual keywords that no type may be called, though a namespace may.</summary>
    private static readonly HashSet<string> ContextualKeywords = new(
        "await dynamic extension field file managed notnull partial record required scoped unmanaged var where yield".Split(' '), StringComparer.Ordinal);

    /// <summary>Members of the generated class.</summary>
    private static readonly string[] Members =
        ("Resolution Classes Features Description Load LoadEmbedded Forward Softmax Sigmoids CreateDescription DescribeCore ForwardCore SoftmaxCore SigmoidsCore "
        + "Avx512Kernels Avx2Kernels PortableKernels "
        + "CreateTraining CreateTrainingDescription DescribeTrainingCore TrainingCode TrainingStepCore UpdateCore NormCore AverageCore Training TrainingSchedule Kernels Kernel "
        + "ForwardCheck TrainingCheck CreateForwardCheck CreateTrainingCheck get_Description").Split(' ');

    /// <summary>What generated code calls by a simple name: types, and the alias of the vectors' class. A class that is nearer would hide them.</summary>
    public static IReadOnlyList<string> LookedUp { get; } =
        ("ArgumentOutOfRangeException "
        + "ActivationFunction CompiledNetwork ConvolutionWeights CopyShare ForwardFrame HalfShare Hardware InstructionSet Interpolation LayerDescription LayerOperation MapDescription NetworkDescription "
        + "NetworkOptions PackedForm PackedWeights PackedWeightsFile ParameterNames Preprocessing StepDescription TeamBarrier WeightFileException WeightLoader "
        + "Avx Avx2 Avx512DQ Avx512F Buffer Fma Math MathF MemoryMarshal MethodImpl MethodImplAttribute MethodImplOptions ReadOnlySpan Span Sse Unsafe V "
        + "Vector128 Vector256 Vector512").Split(' ');

    /// <summary>What a training step calls so beside.</summary>
    public static IReadOnlyList<string> LookedUpInTraining { get; } =
        "BatchNormPlace MaskDescription OptimizerKind TrainingDescription TrainingFrame TrainingProgram UpdateFrame WorkShare".Split(' ');

    /// <summary>What code that checks its use of memory calls so beside.</summary>
    public static IReadOnlyList<string> LookedUpInChecks { get; } = "CheckedBuffer MemoryCheck SlotDescription".Split(' ');

    /// <summary>Where those types lie: what generated kernels have as usings.</summary>
    public static IReadOnlyList<string> Namespaces { get; } =
        ["System", "System.Runtime.CompilerServices", "System.Runtime.InteropServices", "System.Runtime.Intrinsics", "System.Runtime.Intrinsics.X86", "EfficientNet.Runtime"];

    private static readonly HashSet<string> Used = new(Members.Concat(LookedUp).Concat(LookedUpInTraining).Concat(LookedUpInChecks), StringComparer.Ordinal);

    /// <summary>The same as <see cref="Complaint"/> for a network, whose class generated code fills.</summary>
    public static string? ClassComplaint(string name) => Complaint(name)
        ?? (ContextualKeywords.Contains(name) ? "a C# keyword" : Used.Contains(name) ? "a name that generated code uses itself" : null);

    /// <summary>Why a text cannot name a class, in words that finish "is"; nothing where it can.</summary>
    public static string? Complaint(string name)
    {
        if (name.Length == 0) return "empty";
        if (name.Length > SpecFormat.MaximumNameLength) return $"longer than {Numbers.Show(SpecFormat.MaximumNameLength)} characters";
        if (Keywords.Contains(name)) return "a C# keyword";
        if (!IsStart(name[0])) return $"no C# identifier: it cannot start with '{name[0]}'";
        foreach (char c in name)
        {
            if (!IsPart(c)) return $"no C# identifier: it cannot hold '{c}'";
        }

        return null;
    }

    /// <summary>The same for a namespace: identifiers joined by dots.</summary>
    public static string? NamespaceComplaint(string name)
    {
        foreach (string part in name.Split('.'))
        {
            string? complaint = Complaint(part);
            if (complaint is not null) return name == part ? complaint : $"no C# namespace: '{JsonNode.Shorten(part)}' is {complaint}";
        }

        return null;
    }

    /// <summary>
    /// The namespace nearest to a project's root namespace, which MSBuild takes from the file name and which therefore
    /// may hold anything: <c>my-app</c> becomes <c>my_app</c>.
    /// </summary>
    public static string Sanitize(string name)
    {
        IEnumerable<string> parts = name.Split('.').Where(part => part.Length > 0).Select(part =>
        {
            var text = new StringBuilder();
            if (!IsStart(part[0]) && IsPart(part[0])) text.Append('_');
            foreach (char c in part) text.Append(IsPart(c) ? c : '_');
            return Keywords.Contains(text.ToString()) ? "_" + text : text.ToString();
        });
        return string.Join(".", parts);
    }

    private static bool IsStart(char c) => c == '_' || char.IsLetter(c) || char.GetUnicodeCategory(c) == UnicodeCategory.LetterNumber;

    private static bool IsPart(char c) => IsStart(c) || char.GetUnicodeCategory(c)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
