using System.Reflection;

namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>
/// Where libraries that SharpFuzz instrumented count their branches. By reflection: an assembly that names its class counts as instrumented, and the labels' reader
/// inside this one would be left out.
/// </summary>
internal static unsafe class BranchCounts
{
    private static readonly FieldInfo Map = Type.GetType("SharpFuzz.Common.Trace, SharpFuzz.Common", throwOnError: true)!.GetField("SharedMem")!;
    private static readonly FieldInfo Previous = Type.GetType("SharpFuzz.Common.Trace, SharpFuzz.Common", throwOnError: true)!.GetField("PrevLocation")!;

    /// <summary>Has them counted in a map of 64 KiB.</summary>
    public static void CountIn(byte* map) => Map.SetValue(null, Pointer.Box(map, typeof(byte*)));

    /// <summary>An edge is between two branches: the first of an input shall not depend on the last of the one before.</summary>
    public static void StartInput() => Previous.SetValue(null, 0);
}
