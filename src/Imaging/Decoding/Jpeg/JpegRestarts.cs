using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using BitMiracle.LibJpeg.Classic;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>The library's count of units up to the next restart marker.</summary>
/// <remarks>
/// LibJpeg.NET 1.5.324 begins it where a sequential scan begins and forgets it for progressive ones, so that every progressive file with restarts is broken to it
/// (<c>huff_entropy_decoder.start_pass</c>). The count is no public member; a fixture of that kind fails where a later version renames it.
/// </remarks>
internal static class JpegRestarts
{
#pragma warning disable RS0030 // NativeAOT sees these members: their types and names are literals
    private static readonly FieldInfo Interval = Field(typeof(jpeg_decompress_struct), "m_restart_interval");
    private static readonly FieldInfo Decoder = Field(typeof(jpeg_decompress_struct), "m_entropy");
    private static readonly FieldInfo ToGo = Field(Type.GetType("BitMiracle.LibJpeg.Classic.Internal.huff_entropy_decoder, BitMiracle.LibJpeg.NET", throwOnError: true)!, "m_restarts_to_go");

    /// <summary>Begins the count of a scan, of which nothing but the header has been read.</summary>
    public static void Begin(jpeg_decompress_struct library) => ToGo.SetValue(Decoder.GetValue(library), Interval.GetValue(library));

    private static FieldInfo Field([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicFields)] Type type, string name) =>
        type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new MissingFieldException(type.FullName, name);
#pragma warning restore RS0030
}
