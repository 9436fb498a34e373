using System.Reflection;
using System.Runtime.Loader;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>
/// Many emitted kernels in one assembly: a class for each instruction set with the functions and tables that kernels share, in it
/// a class for each case. Compiled once, warnings being errors as in a user's project.
/// </summary>
internal sealed class KernelLibrary
{
    private const string Namespace = "EfficientNet.Numerics.Tests.Emitted";

    /// <summary>Classes of the shared softmax; cases that test softmax bring their own.</summary>
    private const int AnyClasses = 10;

    private readonly Dictionary<string, int> _numbers = [];
    private readonly Assembly _assembly;

    public KernelLibrary(string name, IEnumerable<KeyValuePair<string, EmittedCode>> cases)
    {
        List<KeyValuePair<string, EmittedCode>> all = cases.ToList();
        all.ShouldNotBeEmpty();
        KernelIsas.Available.ShouldNotBeEmpty("an instruction set has to run here, or nothing would be tested");
        foreach ((string title, _) in all) _numbers.Add(title, _numbers.Count);
        Methods = all.ToDictionary(one => one.Key, one => one.Value.Method);

        IEnumerable<(string, string)> sources = KernelIsas.Available.Select(isa => ($"{name}.{isa.Name}.g.cs", Source(isa, all)));
        if (KernelIsas.EmulatesAvx512) sources = sources.Append(("Avx512Emulation.cs", Avx512Emulation.Source));
        CSharpCompilation compilation = InMemoryCompilation.Create(name + ".Kernels", sources, LanguageVersion.CSharp10, implicitUsings: false,
            MetadataReference.CreateFromFile(typeof(Hardware).Assembly.Location));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Take(10)
            .Select(diagnostic => diagnostic.ToString()).ShouldBeEmpty($"the emitted kernels of {name}");
        image.Position = 0;
        _assembly = new AssemblyLoadContext(name, isCollectible: false).LoadFromStream(image);
    }

    private Dictionary<string, string> Methods { get; }

    public static KernelLibrary Of(string name, IEnumerable<KeyValuePair<string, Kernel>> kernels) =>
        new(name, kernels.Select(one => KeyValuePair.Create(one.Key, EmittedCode.Of(one.Value))));

    /// <summary>The compiled method of a case, in one form of SiLU where it has several and not that of this processor is asked for.</summary>
    public KernelFunction this[InstructionSet set, string title, SiluForm? form = null]
    {
        get
        {
            string type = $"{Namespace}.{set}Kernels+Case{_numbers[title]}", name = Methods[title] + (form is null ? "" : $"_{form}");
            MethodInfo? method = _assembly.GetType(type, throwOnError: true)!
                .GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public);
            return new KernelFunction(method ?? throw new MissingMethodException(type, name));
        }
    }

    /// <summary>The forms of SiLU that a kernel has on an instruction set; null for that of this processor.</summary>
    public static SiluForm?[] Forms(InstructionSet set, Kernel kernel) =>
        set == InstructionSet.Avx512 && kernel.HasSiluForms ? [null, SiluForm.ByTable, SiluForm.ByDivision] : [null];

    private static string Source(VectorIsa isa, List<KeyValuePair<string, EmittedCode>> cases)
    {
        var writer = new SourceWriter();
        writer.Line("#nullable disable // pointers only, and the analysis of hundreds of locals is slow");
        foreach (string space in new[] { "System", "System.Runtime.CompilerServices", "System.Runtime.InteropServices", "System.Runtime.Intrinsics", "System.Runtime.Intrinsics.X86", "EfficientNet.Runtime" })
        {
            writer.Line($"using {space};");
        }

        writer.Line($"using V = System.Runtime.Intrinsics.{isa.Vector};");
        writer.Line($"namespace {Namespace};");
        var context = new KernelContext(writer, isa);
        using (writer.Block($"internal static unsafe class {isa.Name}Kernels"))
        {
            context.WriteOptions();
            NetworkBodies.WriteTables(context);
            Functions.Write(context, AnyClasses);
            for (int i = 0; i < cases.Count; i++)
            {
                writer.Line();
                writer.Line($"// {cases[i].Key}");
                using (writer.Block($"private static class Case{i}")) cases[i].Value.Write(context);
            }
        }

        return writer.ToString();
    }
}
