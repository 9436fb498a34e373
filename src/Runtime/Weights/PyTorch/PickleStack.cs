namespace EfficientNet.Runtime;

/// <summary>The pickle machine's stack with its marks, and its memo. All are bounded.</summary>
internal sealed class PickleStack(PickleInput input)
{
    // By count, EfficientNet-L2 with averaged weights and an optimizer's moments has 8,000 tensors of 8 memo entries each.
    private const int MostMemos = 1 << 18;
    private const int MostValues = 1 << 16;
    private const int MostMarks = 256;

    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];

    /// <summary>Values above the last mark.</summary>
    private int Available => _values.Count - (_marks.Count == 0 ? 0 : _marks[^1]);

    /// <summary>Whether nothing is left, and no mark.</summary>
    public bool IsEmpty => _values.Count == 0 && _marks.Count == 0;

    public void Push(object? value)
    {
        if (_values.Count == MostValues)
            throw input.Invalid($"its stack grows beyond {MostValues} values");
        _values.Add(value);
    }

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public object? Peek()
    {
        return Available > 0 ? _values[^1] : throw input.Invalid("its stack is empty where a value is needed");
    }

    public void Mark()
    {
        if (_marks.Count == MostMarks)
            throw input.Invalid($"it nests deeper than {MostMarks} levels");
        _marks.Add(_values.Count);
    }

    /// <summary>Takes the last mark and everything above it.</summary>
    public object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw input.Invalid("a mark is missing");
        int first = _marks[^1];
        var items = new object?[_values.Count - first];
        _values.CopyTo(first, items, 0, items.Length);
        _values.RemoveRange(first, items.Length);
        _marks.RemoveAt(_marks.Count - 1);
        return items;
    }

    /// <summary>Takes a few values, in the order in which they were pushed.</summary>
    public object?[] Pop(int count)
    {
        var items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            items[i] = Pop();
        return items;
    }

    /// <summary>Remembers the top.</summary>
    public void Remember(uint index)
    {
        object? value = Peek();
        if (_memo.Count == MostMemos && !_memo.ContainsKey(index))
            throw input.Invalid($"it remembers more than {MostMemos} values");
        _memo[index] = value;
    }

    /// <summary>Remembers the top under the next number.</summary>
    public void Remember()
    {
        Remember((uint)_memo.Count);
    }

    public void Recall(uint index)
    {
        Push(_memo.TryGetValue(index, out object? value) ? value : throw input.Invalid($"it recalls value {index}, which it never remembered"));
    }
}
