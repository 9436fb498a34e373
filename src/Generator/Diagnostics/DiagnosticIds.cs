namespace EfficientNet.Compiler.Diagnostics;

/// <summary>The stable ids. An id is never given a second meaning; a retired one stays unused.</summary>
internal static class DiagnosticIds
{
    public const string InvalidJson = "ENC0001";
    public const string UnreadableFile = "ENC0002";
    public const string EmptyFile = "ENC0003";
    public const string DuplicateKey = "ENC0004";
    public const string UnknownKey = "ENC0005";
    public const string MissingKey = "ENC0006";
    public const string WrongType = "ENC0007";
    public const string OutOfRange = "ENC0008";
    public const string UnknownValue = "ENC0009";
    public const string InvalidName = "ENC0010";
    public const string ContradictingKeys = "ENC0011";
    public const string UnbalancedCoefficients = "ENC0012";
    public const string DuplicateNetwork = "ENC0013";

    // ENC0014 is retired: it was said of fused blocks before they were compiled.
    public const string UnsafeCodeOff = "ENC0015";
    public const string LanguageVersionTooOld = "ENC0016";
    public const string CollapsedMap = "ENC0017";
    public const string LimitExceeded = "ENC0018";
    public const string CodeTooLarge = "ENC0019";
    public const string OtherRuntimeVersion = "ENC0020";
    public const string HiddenName = "ENC0021";
    public const string InternalError = "ENC9999";
}
