using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace EfficientNet.Compiler.Diagnostics;

/// <summary>What each diagnostic says. Its page, with a wrong and a right example, is <c>docs/diagnostics/ID.md</c>.</summary>
internal static class DiagnosticDescriptors
{
    public const string Category = "EfficientNet.Compiler";

    /// <summary>Where the pages lie in the repository, which has no public address yet.</summary>
    public const string HelpFolder = "docs/diagnostics/";

    public static readonly DiagnosticDescriptor InvalidJson = Error(
        DiagnosticIds.InvalidJson, "The spec is not valid JSON", "Invalid JSON: expected {0}, found {1}");

    public static readonly DiagnosticDescriptor UnreadableFile = Error(
        DiagnosticIds.UnreadableFile, "The spec file cannot be read", "The spec file '{0}' cannot be read as text");

    public static readonly DiagnosticDescriptor EmptyFile = Error(
        DiagnosticIds.EmptyFile, "The spec file is empty", "The spec file is empty: expected a JSON object");

    public static readonly DiagnosticDescriptor DuplicateKey = Error(
        DiagnosticIds.DuplicateKey, "A key appears twice", "The key '{0}' appears twice in one object");

    public static readonly DiagnosticDescriptor UnknownKey = Error(
        DiagnosticIds.UnknownKey, "A key is unknown", "Unknown key '{0}': {1}");

    public static readonly DiagnosticDescriptor MissingKey = Error(
        DiagnosticIds.MissingKey, "A key is missing", "The key '{0}' is missing in {1}: expected {2}");

    public static readonly DiagnosticDescriptor WrongType = Error(
        DiagnosticIds.WrongType, "A value has the wrong type", "'{0}' must be {1}, but is {2}");

    public static readonly DiagnosticDescriptor OutOfRange = Error(
        DiagnosticIds.OutOfRange, "A value is out of range", "'{0}' must be {1}, but is {2}");

    public static readonly DiagnosticDescriptor UnknownValue = Error(
        DiagnosticIds.UnknownValue, "A word is none of those allowed", "'{0}' cannot be '{1}': {2}");

    public static readonly DiagnosticDescriptor InvalidName = Error(
        DiagnosticIds.InvalidName, "A name cannot be used in C#", "The {0} '{1}' cannot be used in C#: it is {2}");

    public static readonly DiagnosticDescriptor ContradictingKeys = Error(
        DiagnosticIds.ContradictingKeys, "Two values contradict each other", "Contradiction: {0}");

    public static readonly DiagnosticDescriptor UnbalancedCoefficients = Warning(
        DiagnosticIds.UnbalancedCoefficients,
        "The compound coefficients are not balanced",
        "alpha·beta²·gamma² is {0}, far from 2: a step of 'phi' will not double the multiply-adds");

    public static readonly DiagnosticDescriptor DuplicateNetwork = Error(
        DiagnosticIds.DuplicateNetwork, "Two specs want the same name", "The class '{0}' cannot be made beside '{1}', which makes {2}");

    public static readonly DiagnosticDescriptor UnsafeCodeOff = Error(
        DiagnosticIds.UnsafeCodeOff,
        "Unsafe code is not allowed",
        "The network '{0}' is not generated because the project does not allow unsafe code: set AllowUnsafeBlocks to true");

    public static readonly DiagnosticDescriptor LanguageVersionTooOld = Error(
        DiagnosticIds.LanguageVersionTooOld,
        "The language version is too old",
        "The network '{0}' is not generated because the project uses C# {1}: expected C# {2} or later");

    public static readonly DiagnosticDescriptor CollapsedMap = Warning(
        DiagnosticIds.CollapsedMap,
        "The resolution collapses a map",
        "At resolution {0} the map before {1} is 1×1 already, so that its stride of 2 halves nothing: expected {2}");

    public static readonly DiagnosticDescriptor LimitExceeded = Error(
        DiagnosticIds.LimitExceeded, "The network exceeds a limit", "The network '{0}' exceeds a limit: {1}");

    public static readonly DiagnosticDescriptor CodeTooLarge = Warning(
        DiagnosticIds.CodeTooLarge,
        "The generated code exceeds its size budget",
        "The forward code of the network '{0}' has {1} bytes, more than its budget of {2}: it compiles and starts slowly; fewer different stages make less of it");

    public static readonly DiagnosticDescriptor OtherRuntimeVersion = Error(
        DiagnosticIds.OtherRuntimeVersion,
        "Generator and runtime are of different versions",
        "The network '{0}' is not generated because EfficientNet.Compiler is {1} and EfficientNet.Runtime is {2}: expected the same version");

    public static readonly DiagnosticDescriptor HiddenName = Error(
        DiagnosticIds.HiddenName,
        "A name of the project hides one that generated code uses",
        "The network '{0}' is not generated in the namespace {1} because {2} hides what its code calls {3}: expected another Namespace for the spec, or another name");

    public static readonly DiagnosticDescriptor InternalError = Error(
        DiagnosticIds.InternalError,
        "The network compiler failed",
        "Internal error in step {0}: {1}: {2}",
        "This is a mistake of EfficientNet.Compiler, not of the spec. Please report it together with the spec file.");

    private static readonly ImmutableDictionary<string, DiagnosticDescriptor> ById = new[]
    {
        InvalidJson, UnreadableFile, EmptyFile, DuplicateKey, UnknownKey, MissingKey, WrongType, OutOfRange, UnknownValue, InvalidName,
        ContradictingKeys, UnbalancedCoefficients, DuplicateNetwork, UnsafeCodeOff, LanguageVersionTooOld, CollapsedMap,
        LimitExceeded, CodeTooLarge, OtherRuntimeVersion, HiddenName, InternalError,
    }.ToImmutableDictionary(descriptor => descriptor.Id);

    public static IEnumerable<DiagnosticDescriptor> All => ById.Values;

    public static DiagnosticDescriptor Get(string id) => ById[id];

    private static DiagnosticDescriptor Error(string id, string title, string message, string? description = null) =>
        Make(id, title, message, DiagnosticSeverity.Error, description);

    private static DiagnosticDescriptor Warning(string id, string title, string message) =>
        Make(id, title, message, DiagnosticSeverity.Warning, null);

    private static DiagnosticDescriptor Make(string id, string title, string message, DiagnosticSeverity severity, string? description) => new(
        id,
        title,
        message,
        Category,
        severity,
        isEnabledByDefault: true,
        description,
        helpLinkUri: $"{HelpFolder}{id}.md",
        // An error left out would leave the project without its class and without a reason.
        severity == DiagnosticSeverity.Error ? [WellKnownDiagnosticTags.NotConfigurable] : []);
}
