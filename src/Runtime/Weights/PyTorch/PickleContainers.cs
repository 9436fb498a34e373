namespace EfficientNet.Runtime;

/// <summary>The instructions that make and fill tuples, lists and dictionaries.</summary>
/// <param name="input">The pickle's bytes, for errors.</param>
/// <param name="stack">The machine's stack.</param>
internal sealed class PickleContainers(PickleInput input, PickleStack stack)
{
    // One long text can be the key of any number of items, and is hashed for each.
    private const int LongestKey = 1024;

    /// <summary>Does one such instruction.</summary>
    /// <param name="code">The instruction.</param>
    /// <returns>Whether it is an instruction of this kind.</returns>
    /// <exception cref="WeightFileException">The stack does not hold what it needs.</exception>
    public bool TryRun(PickleCode code)
    {
        switch (code)
        {
            case PickleCode.EmptyTuple:
                stack.Push(PickleTuple.Empty);
                return true;
            case PickleCode.Tuple1:
            case PickleCode.Tuple2:
            case PickleCode.Tuple3:
                stack.Push(new PickleTuple(stack.Pop(code - PickleCode.Tuple1 + 1)));
                return true;
            case PickleCode.Tuple:
                stack.Push(new PickleTuple(stack.PopToMark()));
                return true;
            case PickleCode.EmptyList:
                stack.Push(new List<object?>());
                return true;
            case PickleCode.List:
                stack.Push(new List<object?>(stack.PopToMark()));
                return true;
            case PickleCode.EmptyDict:
                stack.Push(new PickleDictionary());
                return true;
            case PickleCode.Dict:
                object?[] pairs = stack.PopToMark();
                stack.Push(new PickleDictionary());
                SetItems(pairs);
                return true;
            case PickleCode.Append:
                AddItems(stack.Pop(1));
                return true;
            case PickleCode.Appends:
                AddItems(stack.PopToMark());
                return true;
            case PickleCode.SetItem:
                SetItems(stack.Pop(2));
                return true;
            case PickleCode.SetItems:
                SetItems(stack.PopToMark());
                return true;
            default:
                return false;
        }
    }

    /// <summary>A dictionary of a list of pairs, as Python 2 writes it.</summary>
    /// <param name="pairs">Tuples or lists of two.</param>
    /// <exception cref="WeightFileException">Something else is among them.</exception>
    public PickleDictionary DictionaryOf(IEnumerable<object?> pairs)
    {
        var dictionary = new PickleDictionary();
        foreach (object? pair in pairs)
        {
            switch (pair)
            {
                case PickleTuple { Items: [var key, var value] }:
                    SetItem(dictionary, key, value);
                    break;
                case List<object?> { Count: 2 } list:
                    SetItem(dictionary, list[0], list[1]);
                    break;
                default:
                    throw input.Invalid("it makes a dictionary of something else than pairs");
            }
        }
        return dictionary;
    }

    private void AddItems(object?[] items)
    {
        if (stack.Peek() is not List<object?> list)
            throw input.Invalid($"it appends to {PickleKind.Of(stack.Peek())}");
        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (stack.Peek() is not PickleDictionary dictionary)
            throw input.Invalid($"it sets an item of {PickleKind.Of(stack.Peek())}");
        if (items.Length % 2 != 0)
            throw input.Invalid("a key is without a value");
        for (int i = 0; i < items.Length; i += 2)
            SetItem(dictionary, items[i], items[i + 1]);
    }

    private void SetItem(PickleDictionary dictionary, object? key, object? value)
    {
        if (key is string { Length: > LongestKey } text)
            throw input.Invalid($"a key has {text.Length} characters, more than {LongestKey}");
        dictionary.Set(key, value);
    }
}
