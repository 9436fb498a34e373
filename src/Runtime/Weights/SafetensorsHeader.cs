using System.Text.Json;
using System.Text.Unicode;

namespace EfficientNet.Runtime;

/// <summary>
/// Reads the JSON of a safetensors header: an object of tensors by name, each with exactly <c>dtype</c>, <c>shape</c>
/// and <c>data_offsets</c>, and optionally <c>__metadata__</c>, an object of strings. Names may not repeat.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const string MetadataKey = "__metadata__";

    // The root, a tensor, its shape.
    private const int DeepestNesting = 3;

    private readonly string _file;
    private readonly List<SafetensorsEntry> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private bool _hasMetadata;

    private SafetensorsHeader(string file)
    {
        _file = file;
    }

    /// <summary>The tensors in the header's order; offsets count from the beginning of the data.</summary>
    public List<SafetensorsEntry> Tensors => _tensors;

    public Dictionary<string, string> Metadata => _metadata;

    /// <exception cref="WeightFileException">The header is not what the format says.</exception>
    public static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> json)
    {
        var header = new SafetensorsHeader(file);
        if (json.IsEmpty || json[0] != (byte)'{')
            throw header.Invalid("it does not begin with '{'");
        if (!Utf8.IsValid(json))
            throw header.Invalid("it is not UTF-8");

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
        try
        {
            reader.Read();
            while (header.NextKey(ref reader, out string key))
            {
                if (key == MetadataKey)
                    header.ReadMetadata(ref reader);
                else
                    header.ReadTensor(ref reader, key);
            }
            // Anything but white space behind the object is an exception of the reader.
            reader.Read();
        }
        catch (JsonException exception)
        {
            throw header.Invalid(exception.Message, exception);
        }
        catch (InvalidOperationException exception)
        {
            // The reader's answer to text that is no Unicode: half a surrogate pair, written as an escape.
            throw header.Invalid("a string in it is not Unicode text", exception);
        }
        return header;
    }

    private bool NextKey(ref Utf8JsonReader reader, out string key)
    {
        reader.Read();
        bool more = reader.TokenType == JsonTokenType.PropertyName;
        key = more ? reader.GetString()! : "";
        if (more)
            reader.Read();
        return more;
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (_hasMetadata)
            throw Invalid($"{MetadataKey} is there twice");
        _hasMetadata = true;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Invalid($"{MetadataKey} is not an object");
        while (NextKey(ref reader, out string key))
        {
            if (reader.TokenType != JsonTokenType.String)
                throw Invalid($"{MetadataKey} {Text.Quote(key)} is not a string");
            if (!_metadata.TryAdd(key, reader.GetString()!))
                throw Invalid($"{MetadataKey} {Text.Quote(key)} is there twice");
        }
    }

    private void ReadTensor(ref Utf8JsonReader reader, string name)
    {
        if (!_names.Add(name))
            throw Invalid($"tensor {Text.Quote(name)} is there twice");
        if (reader.TokenType != JsonTokenType.StartObject)
            throw InvalidTensor(name, "is not an object");

        string? dataType = null;
        List<long>? shape = null, offsets = null;
        while (NextKey(ref reader, out string key))
        {
            bool twice = key switch
            {
                "dtype" => dataType is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw InvalidTensor(name, $"has the unknown key {Text.Quote(key)}"),
            };
            if (twice)
                throw InvalidTensor(name, $"has {key} twice");

            if (key == "dtype")
                dataType = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw InvalidTensor(name, "has a dtype that is not a string");
            else if (key == "shape")
                shape = ReadNumbers(ref reader, name, key);
            else
                offsets = ReadNumbers(ref reader, name, key);
        }
        Add(name, dataType, shape, offsets);
    }

    private void Add(string name, string? dataType, List<long>? shape, List<long>? offsets)
    {
        if (dataType is null)
            throw InvalidTensor(name, "has no dtype");
        if (shape is null)
            throw InvalidTensor(name, "has no shape");
        if (offsets is null)
            throw InvalidTensor(name, "has no data_offsets");
        if (offsets.Count != 2)
            throw InvalidTensor(name, $"has {offsets.Count} data_offsets: they must be two, begin and end");
        if (offsets[1] < offsets[0])
            throw InvalidTensor(name, $"ends before it begins: data_offsets are {Text.Shape(offsets)}");
        if (SafetensorsTypes.Bits(dataType) is not { } bits)
            throw InvalidTensor(name, $"has the unknown dtype {Text.Quote(dataType)}");

        long length = offsets[1] - offsets[0];
        long expected;
        try
        {
            long elements = 1;
            foreach (long dimension in shape)
                elements = checked(elements * dimension);
            long allBits = checked(elements * bits);
            if (allBits % 8 != 0)
                throw InvalidTensor(name, $"of shape {Text.Shape(shape)} and dtype {dataType} ends within a byte");
            expected = allBits / 8;
        }
        catch (OverflowException exception)
        {
            throw InvalidTensor(name, $"has a shape too large to count: {Text.Shape(shape)}", exception);
        }
        if (length != expected)
            throw InvalidTensor(name, $"of shape {Text.Shape(shape)} and dtype {dataType} takes {expected} bytes, but data_offsets give it {length}");

        _tensors.Add(new SafetensorsEntry(name, dataType, shape.AsReadOnly(), offsets[0], length));
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw InvalidTensor(name, $"has a {key} that is not an array");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw InvalidTensor(name, $"has a {key} with something else than whole numbers from 0 to 2^63-1");
            numbers.Add(number);
        }
        return numbers;
    }

    private WeightFileException InvalidTensor(string name, string reason, Exception? inner = null)
    {
        return Invalid($"tensor {Text.Quote(name)} {reason}", inner);
    }

    private WeightFileException Invalid(string reason, Exception? inner = null)
    {
        return new WeightFileException(_file, $"the safetensors header is invalid: {reason}", inner);
    }
}
