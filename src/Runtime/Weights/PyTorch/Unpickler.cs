namespace EfficientNet.Runtime;

/// <summary>
/// Runs a pickle on a machine that can build lists, tuples, dictionaries, texts, numbers, and tensors over storages,
/// and nothing else. Whatever would import a name, call it or set an object's state is compared with
/// <see cref="PickleGlobal"/>'s list and refused by name otherwise; nothing in a file is ever executed.
/// </summary>
/// <remarks>Every instruction takes at least one byte and makes at most one object; their number is bounded too, and
/// so is the work that each can cause. Nothing here recurses over what a pickle nests.</remarks>
internal sealed class Unpickler
{
    private const int HighestProtocol = 5;
    private const int MostInstructions = 1_000_000;

    private readonly PickleInput _input;
    private readonly TorchStorages? _storages;
    private readonly PickleLiterals _literals;
    private readonly PickleStack _stack;
    private readonly PickleContainers _containers;
    private readonly long _mostInstructions;
    private int _instructions;

    /// <summary>Sets the machine up.</summary>
    /// <param name="input">The pickle's bytes.</param>
    /// <param name="storages">Finds the storages that a pickle names; null where it may name none.</param>
    public Unpickler(PickleInput input, TorchStorages? storages)
    {
        _input = input;
        // Each takes a byte or more, and so does each pair that a dictionary is made of: what counts for more is named again and again.
        // One more than that, and the pickle is found to be cut short first.
        _mostInstructions = Math.Min(MostInstructions, input.Remaining + 1);
        _storages = storages;
        _literals = new PickleLiterals(input);
        _stack = new PickleStack(input);
        _containers = new PickleContainers(input, _stack);
    }

    /// <summary>Runs up to and including STOP.</summary>
    /// <returns>The one value that the pickle makes.</returns>
    /// <exception cref="WeightFileException">The pickle is invalid, too large, or needs something that is refused.</exception>
    public object? Run()
    {
        while (true)
        {
            Spend(1);
            var code = (PickleCode)_input.ReadByte();
            if (code == PickleCode.Stop)
            {
                object? result = _stack.Pop();
                return _stack.IsEmpty ? result : throw _input.Invalid("values are left on its stack");
            }
            if (_literals.TryRead(code, out object? literal))
                _stack.Push(literal);
            else if (!Housekeeping(code) && !_containers.TryRun(code))
                Construct(code);
        }
    }

    private void Spend(int instructions)
    {
        if (instructions > _mostInstructions - _instructions)
            throw _input.Invalid($"it has more than {_mostInstructions} instructions");
        _instructions += instructions;
    }

    /// <summary>The head, frames, and moves on the stack and to and from the memo.</summary>
    private bool Housekeeping(PickleCode code)
    {
        switch (code)
        {
            case PickleCode.Proto:
                int protocol = _input.ReadByte();
                if (protocol > HighestProtocol)
                    throw _input.Invalid($"protocol {protocol} is not known");
                return true;
            case PickleCode.Frame:
                if (_input.ReadUInt64() > (ulong)_input.Remaining)
                    throw _input.Invalid("a frame is longer than what is left");
                return true;
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
                _stack.Push(_stack.Peek());
                return true;
            case PickleCode.BinPut:
                _stack.Remember(_input.ReadByte());
                return true;
            case PickleCode.LongBinPut:
                _stack.Remember((uint)_input.ReadInt32());
                return true;
            case PickleCode.Memoize:
                _stack.Remember();
                return true;
            case PickleCode.BinGet:
                _stack.Recall(_input.ReadByte());
                return true;
            case PickleCode.LongBinGet:
                _stack.Recall((uint)_input.ReadInt32());
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
                string module = _input.ReadLine();
                PickleGlobal global = PickleGlobal.Find(_input, module, _input.ReadLine());
                if (code == PickleCode.Inst)
                    throw Refused(code);
                _stack.Push(global);
                break;
            case PickleCode.StackGlobal:
                object?[] names = _stack.Pop(2);
                if (names is not [string from, string name])
                    throw _input.Invalid("a name is not text");
                _stack.Push(PickleGlobal.Find(_input, from, name));
                break;
            case PickleCode.Reduce:
            case PickleCode.NewObj:
                object? arguments = _stack.Pop();
                _stack.Push(Call(_stack.Pop(), arguments));
                break;
            case PickleCode.Build:
                // A state_dict's _metadata, the versions of its layers, is not needed.
                object? state = _stack.Pop();
                if (_stack.Peek() is not PickleDictionary || state is not PickleDictionary)
                    throw _input.Invalid($"it sets the state of {PickleKind.Of(_stack.Peek())}");
                break;
            case PickleCode.BinPersId:
                if (_storages is null)
                    throw _input.Invalid("it names a storage where there is none");
                _stack.Push(_storages.Find(_input, _stack.Pop()));
                break;
            default:
                throw Refused(code);
        }
    }

    private object Call(object? callable, object? arguments)
    {
        if (callable is not PickleGlobal global)
            throw _input.Invalid($"it calls {PickleKind.Of(callable)}");
        if (arguments is not PickleTuple tuple)
            throw _input.Invalid($"it calls {global.FullName} with {PickleKind.Of(arguments)} in place of arguments");
        return global.Kind switch
        {
            PickleGlobalKind.OrderedDict => Dictionary(tuple.Items),
            PickleGlobalKind.RebuildTensor => TorchTensor.Rebuild(_input, tuple.Items),
            PickleGlobalKind.RebuildParameter when tuple.Items is [TorchTensor tensor, ..] => tensor,
            PickleGlobalKind.RebuildParameter => throw _input.Invalid("a parameter is made of something else than a tensor"),
            _ => throw _input.Invalid($"it calls {global.FullName}"),
        };
    }

    // Without arguments, or as Python 2 writes it, with a list of pairs.
    private PickleDictionary Dictionary(object?[] arguments)
    {
        if (arguments is [])
            return new PickleDictionary();
        if (arguments is not [List<object?> pairs])
            throw _input.Invalid("it makes a dictionary of something else than pairs");
        // The same pairs can be named again and again.
        Spend(pairs.Count);
        return _containers.DictionaryOf(pairs);
    }

    private WeightFileException Refused(PickleCode code)
    {
        string name = Enum.IsDefined(code) ? $"{code} (0x{(byte)code:X2})" : $"0x{(byte)code:X2}";
        return _input.Invalid($"the instruction {name} is not one that tensors, storages and dictionaries need, and is refused");
    }
}
