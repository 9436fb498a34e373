using System.Buffers.Binary;
using System.Text;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class SafetensorsHeaderTests
{
    private const string Invalid = "the safetensors header is invalid: ";

    /// <summary>Header, bytes of data, the whole reason or, before an ellipsis, its beginning.</summary>
    public static TheoryData<string, int, string> Malformed => new()
    {
        { "", 0, Invalid + "it does not begin with '{'" },
        { " {}", 0, Invalid + "it does not begin with '{'" },
        { "\uFEFF{}", 0, Invalid + "it does not begin with '{'" },
        { "[]", 0, Invalid + "it does not begin with '{'" },
        { "{", 0, Invalid + "…" },
        { "{}x", 0, Invalid + "…" },
        { "{}{}", 0, Invalid + "…" },
        { "{}\0", 0, Invalid + "…" },
        { """{"a":1,}""", 0, Invalid + "…" },
        { """{/**/}""", 0, Invalid + "…" },
        { """{'a':{}}""", 0, Invalid + "…" },
        { """{"a":1}""", 0, Invalid + "tensor 'a' is not an object" },
        { """{"a":[]}""", 0, Invalid + "tensor 'a' is not an object" },
        { """{"a":null}""", 0, Invalid + "tensor 'a' is not an object" },
        { """{"\ud800":{}}""", 0, Invalid + "a string in it is not Unicode text" },
        { """{"__metadata__":"x"}""", 0, Invalid + "__metadata__ is not an object" },
        { """{"__metadata__":{"a":1}}""", 0, Invalid + "__metadata__ 'a' is not a string" },
        { """{"__metadata__":{"a":"1","a":"1"}}""", 0, Invalid + "__metadata__ 'a' is there twice" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, Invalid + "__metadata__ is there twice" },
        { """{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has no dtype" },
        { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has no shape" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, Invalid + "tensor 'a' has no data_offsets" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"strides":[1]}}""", 4, Invalid + "tensor 'a' has the unknown key 'strides'" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has dtype twice" },
        { """{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has shape twice" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has data_offsets twice" },
        { """{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a dtype that is not a string" },
        { """{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has the unknown dtype 'F33'" },
        { """{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has the unknown dtype 'f32'" },
        { """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a shape that is not an array" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a shape with something else than whole numbers from 0 to 2^63-1" },
        { """{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a shape with something else…" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a shape with something else…" },
        { """{"a":{"dtype":"F32","shape":[null],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a shape with something else…" },
        { """{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4, Invalid + "…" },
        { """{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a shape with something else…" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a shape too large to count: [4294967296, 4294967296]" },
        { """{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' has a shape too large to count: [4611686018427387904]" },
        { """{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, Invalid + "tensor 'a' of shape [3] and dtype F4 ends within a byte" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, Invalid + "tensor 'a' has 1 data_offsets: they must be two, begin and end" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, Invalid + "tensor 'a' has 3 data_offsets: they must be two, begin and end" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, Invalid + "tensor 'a' ends before it begins: data_offsets are [4, 0]" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, Invalid + "tensor 'a' has a data_offsets with something else…" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'a' of shape [2] and dtype F32 takes 8 bytes, but data_offsets give it 4" },
        { """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,0]}}""", 0, Invalid + "tensor 'a' of shape [] and dtype F32 takes 4 bytes, but data_offsets give it 0" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, Invalid + "tensor 'a' is there twice" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"\u0061":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, Invalid + "tensor 'a' is there twice" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}""", 5, Invalid + "no tensor covers data bytes 0 to 1, before tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}}""", 9, Invalid + "no tensor covers data bytes 4 to 5, before tensor 'b'" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}""", 7, Invalid + "tensor 'b' begins at data byte 3, within tensor 'a', which ends at 4" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 4, Invalid + "tensor 'b' begins at data byte 0, within tensor 'a', which ends at 4" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""", 4, Invalid + "tensor 'b' begins at data byte 2, within tensor 'a', which ends at 4" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 9, Invalid + "the last 5 bytes of the file belong to no tensor" },
        { """{}""", 1, Invalid + "the last 1 bytes of the file belong to no tensor" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 3, "the file is cut short: tensor 'a' ends at data byte 4, but there are only 3 behind the header" },
        { """{"a\nb":{"dtype":"F32","shape":[1]}}""", 4, Invalid + "tensor 'a\\u000ab' has no data_offsets" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_header_is_refused_with_its_reason(string header, int dataBytes, string reason)
    {
        byte[] file = SafetensorsBytes.Build(header, new byte[dataBytes]);
        WeightFileException exception = Should.Throw<WeightFileException>(() => SafetensorsBytes.Open(file));
        exception.Message.ShouldBe($"w.safetensors: {exception.Reason}");
        if (reason.EndsWith('…'))
        {
            exception.Reason.ShouldStartWith(reason[..^1]);
            exception.Reason.Length.ShouldBeGreaterThan(reason.Length);
        }
        else
        {
            exception.Reason.ShouldBe(reason);
        }
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused()
    {
        byte[] header = Encoding.Latin1.GetBytes("{\"\u00E9\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}");
        Should.Throw<WeightFileException>(() => SafetensorsBytes.Open(SafetensorsBytes.Build(header, [])))
            .Reason.ShouldBe(Invalid + "it is not UTF-8");
    }

    [Theory]
    [InlineData(100_000_001UL, "not a safetensors file: it begins with a header length of 100000001, above the format's 100000000")]
    [InlineData(ulong.MaxValue, "not a safetensors file: it begins with a header length of 18446744073709551615, above the format's 100000000")]
    [InlineData(100_000_000UL, "the file is cut short: a header of 100000000 bytes does not fit into a file of 10")]
    [InlineData(3UL, "the file is cut short: a header of 3 bytes does not fit into a file of 10")]
    public void A_header_length_beyond_the_cap_or_the_file_is_refused(ulong length, string reason)
    {
        byte[] file = SafetensorsBytes.Build("{}", []);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Should.Throw<WeightFileException>(() => SafetensorsBytes.Open(file)).Reason.ShouldBe(reason);
    }

    [Fact]
    public void Deep_nesting_is_refused_and_not_followed()
    {
        string header = "{\"a\":" + new string('[', 100_000);
        Should.Throw<WeightFileException>(() => SafetensorsBytes.Open(SafetensorsBytes.Build(header, [])));
    }

    [Fact]
    public void Every_element_type_of_the_format_is_known_with_its_size()
    {
        (string Type, int Bytes)[] types =
        [
            ("BOOL", 8), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16),
            ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64), ("F64", 64), ("I64", 64), ("U64", 64), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6),
        ];
        foreach ((string type, int bytes) in types)
        {
            string header = $"{{\"a\":{{\"dtype\":\"{type}\",\"shape\":[2,4],\"data_offsets\":[0,{bytes}]}}}}";
            SafetensorsBytes.Open(SafetensorsBytes.Build(header, new byte[bytes])).Tensors[0].Length.ShouldBe(bytes);
        }
    }
}
