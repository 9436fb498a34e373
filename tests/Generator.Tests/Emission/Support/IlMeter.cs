using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EfficientNet.Compiler.Tests.Emission.Support;

/// <summary>The size of one compiled method, in the units in which the JIT decides whether to optimise it.</summary>
/// <param name="Name">Type and method.</param>
/// <param name="Bytes">Bytes of IL.</param>
/// <param name="Locals">Local variables.</param>
/// <param name="References">Instructions that read, write or take the address of a local or an argument.</param>
/// <param name="Blocks">Basic blocks: the entry, every target of a branch, and what follows one.</param>
internal sealed record MethodSize(string Name, int Bytes, int Locals, int References, int Blocks);

/// <summary>Measures the methods of an assembly from its IL.</summary>
internal static class IlMeter
{
    private static readonly Dictionary<ushort, OpCode> Codes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => unchecked((ushort)code.Value));

    public static IReadOnlyList<MethodSize> Measure(byte[] assembly)
    {
        using var reader = new PEReader(ImmutableArray.Create(assembly));
        MetadataReader metadata = reader.GetMetadataReader();
        var sizes = new List<MethodSize>();
        foreach (MethodDefinition method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition))
        {
            if (method.RelativeVirtualAddress == 0) continue;
            TypeDefinition type = metadata.GetTypeDefinition(method.GetDeclaringType());
            MethodBodyBlock body = reader.GetMethodBody(method.RelativeVirtualAddress);
            byte[] il = body.GetILBytes()!;
            (int references, int blocks) = Walk(il);
            sizes.Add(new MethodSize(
                $"{metadata.GetString(type.Name)}.{metadata.GetString(method.Name)}", il.Length, LocalsOf(metadata, body), references, blocks));
        }

        return sizes;
    }

    private static int LocalsOf(MetadataReader metadata, MethodBodyBlock body)
    {
        if (body.LocalSignature.IsNil) return 0;
        BlobReader blob = metadata.GetBlobReader(metadata.GetStandaloneSignature(body.LocalSignature).Signature);
        blob.ReadSignatureHeader();
        return blob.ReadCompressedInteger();
    }

    private static (int References, int Blocks) Walk(byte[] il)
    {
        int references = 0;
        var starts = new HashSet<int> { 0 };
        for (int at = 0; at < il.Length;)
        {
            int first = il[at++];
            OpCode code = Codes[first == 0xFE ? (ushort)(0xFE00 | il[at++]) : (ushort)first];
            int operand = at;
            at += SizeOf(code.OperandType, il, operand);
            if (IsLocal(code.Name!)) references++;
            switch (code.OperandType)
            {
                case OperandType.ShortInlineBrTarget:
                    starts.Add(at + (sbyte)il[operand]);
                    starts.Add(at);
                    break;
                case OperandType.InlineBrTarget:
                    starts.Add(at + BitConverter.ToInt32(il, operand));
                    starts.Add(at);
                    break;
                case OperandType.InlineSwitch:
                    for (int i = 0; i < BitConverter.ToInt32(il, operand); i++) starts.Add(at + BitConverter.ToInt32(il, operand + 4 + i * 4));
                    starts.Add(at);
                    break;
                default:
                    break;
            }
        }

        return (references, starts.Count(start => start < il.Length));
    }

    private static bool IsLocal(string name) =>
        name.StartsWith("ldloc", StringComparison.Ordinal) || name.StartsWith("stloc", StringComparison.Ordinal)
        || name.StartsWith("ldarg", StringComparison.Ordinal) || name.StartsWith("starg", StringComparison.Ordinal);

    private static int SizeOf(OperandType type, byte[] il, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
        _ => 4,
    };
}
