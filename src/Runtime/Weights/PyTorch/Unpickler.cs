using System.Numerics;
using System.Text;

namespace EfficientNet.Runtime;

/// <summary>
/// Runs a pickle on a machine that can build lists, tuples, dictionaries, texts, numbers, and tensors over storages,
/// and nothing else. Whatever would import a name, call it or set an object's state is compared with
/// <see cref="PickleGlobal"/>'s list and refused by name otherwise; nothing in a file is ever executed.
/// </summary>
/// <remarks>Every instruction takes at least one byte and makes at most one object; their number is bounded too, and
/// so is the work that each can cause. Nothing here recurses over what a pickle nests.</remarks>
/// <param name="input">The pickle's bytes.</param>
/// <param name="storages">Finds the storages that a pickle names; null where it may name none.</param>
internal sealed class Unpickler(PickleInput input, TorchStorages? storages)
{
    private const int HighestProtocol = 5;
    private const int MostInstructions = 1_000_000;
    private const int LongestNumber = 64;

    // One long text can be the key of any number of items, and is hashed for each.
    private const int LongestKey = 1024;

    private readonly PickleStack _stack = new(input);
    private int _instructions;

    /// <summary>Runs up to and including STOP.</summary>
    /// <returns>The one value that the pickle makes.</returns>
    /// <exception cref="WeightFileException">The pickle is invalid, too large, or needs something that is refused.</exception>
    public object? Run()
    {
        while (true)
        {
            Spend(1);
            var code = (PickleCode)input.ReadByte();
            if (code == PickleCode.Stop)
            {
                object? result = _stack.Pop();
                return _stack.IsEmpty ? result : throw input.Invalid("values are left on its stack");
            }
            if (!Plain(code) && !Memo(code) && !Container(code))
                Construct(code);
        }
    }

    private void Spend(int instructions)
    {
        if (instructions > MostInstructions - _instructions)
            throw input.Invalid($"it has more than {MostInstructions} instructions");
        _instructions += instructions;
    }

    /// <summary>Numbers, texts, and what has no effect.</summary>
    private bool Plain(PickleCode code)
    {
        switch (code)
        {
            case PickleCode.Proto:
                int protocol = input.ReadByte();
                if (protocol > HighestProtocol)
                    throw input.Invalid($"protocol {protocol} is not known");
                return true;
            case PickleCode.Frame:
                if (input.ReadUInt64() > (ulong)input.Remaining)
                    throw input.Invalid("a frame is longer than what is left");
                return true;
            case PickleCode.None:
                return Push(null);
            case PickleCode.NewTrue:
                return Push(true);
            case PickleCode.NewFalse:
                return Push(false);
            case PickleCode.BinInt:
                return Push((long)input.ReadInt32());
            case PickleCode.BinInt1:
                return Push((long)input.ReadByte());
            case PickleCode.BinInt2:
                return Push((long)input.ReadUInt16());
            case PickleCode.Long1:
                return Push(Number(input.ReadByte()));
            case PickleCode.Long4:
                return Push(Number((uint)input.ReadInt32()));
            case PickleCode.BinFloat:
                return Push(input.ReadBigEndianDouble());
            case PickleCode.BinUnicode:
                return Push(input.ReadText((uint)input.ReadInt32()));
            case PickleCode.ShortBinUnicode:
                return Push(input.ReadText(input.ReadByte()));
            case PickleCode.BinUnicode8:
                return Push(input.ReadText(input.ReadUInt64()));
            // Python 2's texts.
            case PickleCode.ShortBinString:
                return Push(Encoding.Latin1.GetString(input.ReadBytes(input.ReadByte())));
            case PickleCode.BinString:
                return Push(Encoding.Latin1.GetString(input.ReadBytes((uint)input.ReadInt32())));
            case PickleCode.ShortBinBytes:
                return Push(input.ReadBytes(input.ReadByte()));
            case PickleCode.BinBytes:
                return Push(input.ReadBytes((uint)input.ReadInt32()));
            case PickleCode.BinBytes8:
                return Push(input.ReadBytes(input.ReadUInt64()));
            default:
                return false;
        }
    }

    /// <summary>Moves on the stack and to and from the memo.</summary>
    private bool Memo(PickleCode code)
    {
        switch (code)
        {
            case PickleCode.Mark:
                _stack.Mark();
                return true;
            case PickleCode.Pop:
                _stack.Pop();
                return true;
            case PickleCode.PopMark:
                _stack.PopToMark();
                return true;
            case PickleCode.Dup:
                return Push(_stack.Peek());
            case PickleCode.BinPut:
                _stack.Remember(input.ReadByte());
                return true;
            case PickleCode.LongBinPut:
                _stack.Remember((uint)input.ReadInt32());
                return true;
            case PickleCode.Memoize:
                _stack.Remember();
                return true;
            case PickleCode.BinGet:
                _stack.Recall(input.ReadByte());
                return true;
            case PickleCode.LongBinGet:
                _stack.Recall((uint)input.ReadInt32());
                return true;
            default:
                return false;
        }
    }

    /// <summary>Tuples, lists and dictionaries.</summary>
    private bool Container(PickleCode code)
    {
        switch (code)
        {
            case PickleCode.EmptyTuple:
                return Push(PickleTuple.Empty);
            case PickleCode.Tuple1:
            case PickleCode.Tuple2:
            case PickleCode.Tuple3:
                return Push(new PickleTuple(_stack.Pop(code - PickleCode.Tuple1 + 1)));
            case PickleCode.Tuple:
                return Push(new PickleTuple(_stack.PopToMark()));
            case PickleCode.EmptyList:
                return Push(new List<object?>());
            case PickleCode.List:
                return Push(new List<object?>(_stack.PopToMark()));
            case PickleCode.EmptyDict:
                return Push(new PickleDictionary());
            case PickleCode.Dict:
                object?[] pairs = _stack.PopToMark();
                Push(new PickleDictionary());
                SetItems(pairs);
                return true;
            case PickleCode.Append:
                AddItems(_stack.Pop(1));
                return true;
            case PickleCode.Appends:
                AddItems(_stack.PopToMark());
                return true;
            case PickleCode.SetItem:
                SetItems(_stack.Pop(2));
                return true;
            case PickleCode.SetItems:
                SetItems(_stack.PopToMark());
                return true;
            default:
                return false;
        }
    }

    /// <summary>Everything through which a pickle could run code: known names only, and known ways to use them.</summary>
    private void Construct(PickleCode code)
    {
        switch (code)
        {
            case PickleCode.Global:
            case PickleCode.Inst:
                string module = input.ReadLine();
                PickleGlobal global = PickleGlobal.Find(input, module, input.ReadLine());
                if (code == PickleCode.Inst)
                    throw Refused(code);
                Push(global);
                break;
            case PickleCode.StackGlobal:
                object?[] names = _stack.Pop(2);
                if (names is not [string from, string name])
                    throw input.Invalid("a name is not text");
                Push(PickleGlobal.Find(input, from, name));
                break;
            case PickleCode.Reduce:
            case PickleCode.NewObj:
                object? arguments = _stack.Pop();
                Push(Call(_stack.Pop(), arguments));
                break;
            case PickleCode.Build:
                // A state_dict's _metadata, the versions of its layers, is not needed.
                object? state = _stack.Pop();
                if (_stack.Peek() is not PickleDictionary || state is not PickleDictionary)
                    throw input.Invalid($"it sets the state of {Describe(_stack.Peek())}");
                break;
            case PickleCode.BinPersId:
                if (storages is null)
                    throw input.Invalid("it names a storage where there is none");
                Push(storages.Find(input, _stack.Pop()));
                break;
            default:
                throw Refused(code);
        }
    }

    private object Call(object? callable, object? arguments)
    {
        if (callable is not PickleGlobal global)
            throw input.Invalid($"it calls {Describe(callable)}");
        if (arguments is not PickleTuple tuple)
            throw input.Invalid($"it calls {global.FullName} with {Describe(arguments)} in place of arguments");
        return global.Kind switch
        {
            PickleGlobalKind.OrderedDict => Dictionary(tuple.Items),
            PickleGlobalKind.RebuildTensor => TorchTensor.Rebuild(input, tuple.Items),
            PickleGlobalKind.RebuildParameter when tuple.Items is [TorchTensor tensor, ..] => tensor,
            PickleGlobalKind.RebuildParameter => throw input.Invalid("a parameter is made of something else than a tensor"),
            _ => throw input.Invalid($"it calls {global.FullName}"),
        };
    }

    // Without arguments, or as Python 2 writes it, with a list of pairs.
    private PickleDictionary Dictionary(object?[] arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments is [])
            return dictionary;
        if (arguments is not [List<object?> pairs])
            throw input.Invalid("it makes a dictionary of something else than pairs");
        // The same pairs can be named again and again.
        Spend(pairs.Count);
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
        if (_stack.Peek() is not List<object?> list)
            throw input.Invalid($"it appends to {Describe(_stack.Peek())}");
        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (_stack.Peek() is not PickleDictionary dictionary)
            throw input.Invalid($"it sets an item of {Describe(_stack.Peek())}");
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

    private object Number(uint length)
    {
        if (length > LongestNumber)
            throw input.Invalid($"a number has {length} bytes");
        var number = new BigInteger(input.ReadBytes(length));
        return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
    }

    private bool Push(object? value)
    {
        _stack.Push(value);
        return true;
    }

    private WeightFileException Refused(PickleCode code)
    {
        string name = Enum.IsDefined(code) ? $"{code} (0x{(byte)code:X2})" : $"0x{(byte)code:X2}";
        return input.Invalid($"the instruction {name} is not one that tensors, storages and dictionaries need, and is refused");
    }

    private static string Describe(object? value)
    {
        return value switch
        {
            null => "None",
            PickleGlobal global => global.FullName,
            PickleDictionary => "a dictionary",
            PickleTuple => "a tuple",
            List<object?> => "a list",
            TorchTensor => "a tensor",
            TorchStorage => "a storage",
            string => "a text",
            byte[] => "bytes",
            _ => "a number",
        };
    }
}
