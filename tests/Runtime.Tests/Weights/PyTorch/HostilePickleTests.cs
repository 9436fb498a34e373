namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

public sealed class HostilePickleTests
{
    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "set")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch", "FloatTensor")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch._utils", "_rebuild_tensor_v3")]
    [InlineData("collections", "defaultdict")]
    [InlineData("collections.OrderedDict", "__init__")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("", "")]
    public void Every_name_that_is_not_known_is_refused_however_it_is_written(string module, string name)
    {
        string reason = $"the pickle calls '{module}.{name}': only tensors";
        byte[][] pickles =
        [
            PickleBytes.Protocol().Global(module, name).Raw(")R").Stop(),
            PickleBytes.Protocol(4).Text(module).Text(name).Raw(0x93).Stop(),
            PickleBytes.Protocol().Raw("(").Raw($"i{module}\n{name}\n").Stop(),
            PickleBytes.Protocol().Raw("}").Text("state_dict").Global(module, name).Raw(")").Raw(0x81).Raw("s").Stop(),
        ];
        foreach (byte[] pickle in pickles)
        {
            TorchBytes.Refused(TorchBytes.Archive(pickle)).Reason.ShouldStartWith(reason);
            TorchBytes.Refused(TorchBytes.Legacy(pickle, PickleBytes.Protocol().Raw("]").Stop())).Reason.ShouldStartWith(reason);
        }
    }

    [Theory]
    [InlineData("torch.nn.modules.container", "Sequential")]
    [InlineData("torchvision.models.efficientnet", "EfficientNet")]
    [InlineData("timm.models.efficientnet", "EfficientNet")]
    public void A_whole_model_is_refused_with_what_to_do_instead(string module, string name)
    {
        TorchBytes.Refused(TorchBytes.Archive(PickleBytes.Protocol().Global(module, name).Stop())).Reason
            .ShouldStartWith($"the file holds a pickled module ('{module}.{name}'), not tensors, and could only be read by running code: save the module's state_dict() instead");
    }

    public static TheoryData<byte> RefusedInstructions =>
        [(byte)'F', (byte)'I', (byte)'L', (byte)'P', (byte)'S', (byte)'V', (byte)'g', (byte)'p', (byte)'o', 0x82, 0x83, 0x84, 0x8F, 0x90, 0x91, 0x92, 0x96, 0x97, 0x98];

    [Theory]
    [MemberData(nameof(RefusedInstructions))]
    public void Instructions_that_tensors_do_not_need_are_refused_by_name(byte code)
    {
        string reason = TorchBytes.Refused(TorchBytes.Archive(PickleBytes.Protocol().Raw("(").Raw(code).Raw("0000000000").Stop())).Reason;
        reason.ShouldContain($"the instruction {(PickleCode)code} (0x{code:X2}) is not one that tensors, storages and dictionaries need, and is refused");
    }

    [Fact]
    public void Every_byte_as_an_instruction_behind_a_valid_beginning_is_read_or_refused()
    {
        for (int code = 0; code < 256; code++)
        {
            byte[] pickle = PickleBytes.Protocol().Raw("}").Text("a").Vector("0", 1).Raw("s").Raw("(").Raw((byte)code).Stop();
            try
            {
                TorchBytes.Open(TorchBytes.Archive(pickle, ("0", 1))).Dispose();
                ((byte)code).ShouldBeOneOf((byte)'1', (byte)'e', (byte)'u');
            }
            catch (WeightFileException refusal)
            {
                refusal.Offset.ShouldNotBeNull($"0x{code:X2}");
            }
        }
    }

    [Fact]
    public void Known_names_can_only_be_used_as_they_are_meant()
    {
        Reason(p => p.Global("torch", "FloatStorage").Raw(")R")).ShouldContain("it calls torch.FloatStorage");
        Reason(p => p.Text("os.system").Raw(")R")).ShouldContain("it calls a text");
        Reason(p => p.Global("collections", "OrderedDict").Text("x").Raw("R")).ShouldContain("it calls collections.OrderedDict with a text in place of arguments");
        Reason(p => p.Global("collections", "OrderedDict").Numbers(1).Raw("R")).ShouldContain("a dictionary of something else than pairs");
        Reason(p => p.Global("torch._utils", "_rebuild_parameter").Numbers(1).Raw("R")).ShouldContain("a parameter is made of something else than a tensor");
        Reason(p => p.Global("torch._utils", "_rebuild_tensor_v2").Numbers(1, 2, 3).Raw("R")).ShouldContain("a tensor is not described as torch.save does it");
        Reason(p => p.Vector("0", 1).Raw("}b")).ShouldContain("it sets the state of a tensor");
        Reason(p => p.Numbers(1, 2).Raw("Q")).ShouldContain("what it names is not a storage");
        Reason(p => p.Raw("K", 1).Raw("K", 2).Raw("a")).ShouldContain("it appends to a number");
        Reason(p => p.Raw("]K", 1).Raw("K", 2).Raw("s")).ShouldContain("it sets an item of a list");
        Reason(p => p.Raw("}(K", 1).Raw("u")).ShouldContain("a key is without a value");
        Reason(p => p.Raw("h", 7)).ShouldContain("it recalls value 7, which it never remembered");
        Reason(p => p.Raw("t")).ShouldContain("a mark is missing");
        Reason(p => p.Raw("(0")).ShouldContain("its stack is empty where a value is needed");
        Reason(p => p.Raw("NN")).ShouldContain("values are left on its stack");
        Reason(p => p.Raw(0x80, 6)).ShouldContain("protocol 6 is not known");
    }

    [Fact]
    public void Lengths_are_compared_with_what_is_there_before_anything_is_allocated()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Reason(p => p.Raw("X").Int32(-1)).ShouldContain("a value of 4294967295 bytes does not fit into the ");
        Reason(p => p.Raw(0x8D).Raw(255, 255, 255, 255, 255, 255, 255, 127)).ShouldContain("a value of 9223372036854775807 bytes does not fit");
        Reason(p => p.Raw(0x8B).Int32(int.MaxValue)).ShouldContain("a number has 2147483647 bytes");
        Reason(p => p.Raw(0x95).Raw(255, 255, 255, 255, 255, 255, 255, 255)).ShouldContain("a frame is longer than what is left");
        Reason(p => p.Raw("c").Raw(new string('a', 600))).ShouldContain("a name is longer than 512 bytes");
        Reason(p => p.Raw("X").Int32(2).Raw(0xC3, 0x28)).ShouldContain("a text is not UTF-8");
        Reason(p => p.Vector("0", long.MaxValue / 8)).ShouldContain("which the file does not have");
        Reason(p => p.Vector("0", long.MaxValue)).ShouldContain("storage '0' has 9223372036854775807 elements");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Theory]
    [InlineData("(", "it nests deeper than 256 levels")]
    [InlineData("N", "its stack grows beyond 65536 values")]
    [InlineData("N0", "it has more than 1000000 instructions")]
    public void Stack_marks_and_instructions_are_bounded(string repeated, string reason)
    {
        Reason(p => p.Raw(string.Concat(Enumerable.Repeat(repeated, 1_000_001 / repeated.Length)))).ShouldContain(reason);
    }

    [Fact]
    public void The_memo_is_bounded()
    {
        Reason(p =>
        {
            p.Raw("N");
            for (int i = 0; i <= 1 << 18; i++)
                p.Raw("r").Int32(i);
            return p;
        }).ShouldContain("it remembers more than 262144 values");
    }

    [Fact]
    public void Long_keys_and_repeated_pairs_cannot_make_work_out_of_nothing()
    {
        string key = new('k', 1 << 20);
        Reason(p => p.Raw("}").Text(key).Raw("K", 1).Raw("s")).ShouldContain("a key has 1048576 characters, more than 1024");
        Reason(p => p.Global("collections", "OrderedDict").Raw("]]").Text(key).Raw("aK", 1).Raw("aa").Raw(0x85).Raw("R")).ShouldContain("a key has 1048576 characters");
        Reason(p => p.Storage(key, "FloatStorage", 1)).ShouldContain("a storage's key has 1048576 characters, more than 256");

        // 60,000 pairs, then dictionaries of them all, a few bytes each.
        string pairs = string.Concat(Enumerable.Repeat("h\u0000", 60_000));
        Reason(p => p.Text("k").Raw("K", 1).Raw(0x86).Raw("q", 0).Raw("](").Raw(pairs).Raw("eq", 1)
            .Raw(string.Concat(Enumerable.Repeat("ccollections\nOrderedDict\nh\u0001\u0085R0", 100_000)))).ShouldContain("it has more than 1000000 instructions");
    }

    [Fact]
    public void Deep_nesting_costs_no_stack()
    {
        string deep = string.Concat(Enumerable.Repeat("]", 60_000)) + new string('a', 59_999);
        Reason(p => p.Raw(deep)).ShouldBe("holds no dictionary of tensors: save a state_dict()");
    }

    // The value lies in a dictionary, so that what is let through ends as a file without tensors or storages.
    private static string Reason(Func<PickleBytes, PickleBytes> write)
    {
        PickleBytes pickle = write(PickleBytes.Protocol());
        byte[] bytes = pickle.Stop();
        string reason = TorchBytes.Refused(TorchBytes.Archive(bytes)).Reason;
        if (!reason.StartsWith("holds no dictionary", StringComparison.Ordinal))
            return reason;
        byte[] wrapped = write(PickleBytes.Protocol().Raw("}").Text("a")).Raw("s").Stop();
        string inner = TorchBytes.Refused(TorchBytes.Archive(wrapped)).Reason;
        return inner.StartsWith("its dictionary holds no tensors", StringComparison.Ordinal) ? reason : inner;
    }
}
