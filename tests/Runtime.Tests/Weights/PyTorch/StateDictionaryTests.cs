namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

public sealed class StateDictionaryTests
{
    [Fact]
    public void A_state_dict_with_the_versions_of_its_layers_is_read_as_torchvision_publishes_it()
    {
        byte[] pickle = PickleBytes.Protocol().EmptyOrderedDict().Raw("(").Text("a").Vector("0", 3).Raw("u")
            .Raw("}").Text("_metadata").EmptyOrderedDict().Raw("(").Text("").Raw("}").Text("version").Raw("K", 1).Raw("su").Raw("s").Raw("b").Stop();
        Floats(TorchBytes.Archive(pickle, ("0", 3)), "a").ShouldBe([0f, 1f, 2f]);
    }

    [Theory]
    [InlineData("state_dict", "model", "state_dict")]
    [InlineData("model", "state_dict", "state_dict")]
    [InlineData("state_dict", "state_dict_ema", "state_dict_ema")]
    [InlineData("model", "model_ema", "model_ema")]
    [InlineData("state_dict", "model_ema", "model_ema")]
    [InlineData("state_dict_ema", "model_ema", "state_dict_ema")]
    public void Of_several_wrapped_dictionaries_averaged_weights_come_first(string first, string second, string taken)
    {
        byte[] pickle = PickleBytes.Protocol().Raw("}(")
            .Text(first).Raw("}").Text(first).Vector("0", 1).Raw("s")
            .Text(second).Raw("}").Text(second).Vector("0", 1).Raw("s")
            .Text("best").Vector("0", 1).Raw("u").Stop();
        using WeightFile file = TorchBytes.Open(TorchBytes.Archive(pickle, ("0", 1)));
        file.Tensors.ShouldHaveSingleItem().Name.ShouldBe(taken);
    }

    [Theory]
    [InlineData("module.a,module.b", "a,b")]
    [InlineData("module._orig_mod.a,module._orig_mod.b", "a,b")]
    [InlineData("_orig_mod.module.a,_orig_mod.module.b", "a,b")]
    [InlineData("n_averaged,module.a", "a")]
    [InlineData("module.a,b", "b,module.a")]
    [InlineData("module.,b", "b,module.")]
    [InlineData("n_averaged", "n_averaged")]
    public void The_prefix_of_a_wrapped_model_goes_when_all_names_have_it(string names, string expected)
    {
        PickleBytes pickle = PickleBytes.Protocol().Raw("}(");
        foreach (string name in names.Split(','))
            pickle.Text(name).Vector("0", 1);
        using WeightFile file = TorchBytes.Open(TorchBytes.Archive(pickle.Raw("u").Stop(), ("0", 1)));
        string.Join(",", file.Tensors.Select(tensor => tensor.Name)).ShouldBe(expected);
    }

    [Fact]
    public void Pickles_of_protocol_4_and_of_Python_2_say_the_same()
    {
        byte[] four = PickleBytes.Protocol(4).Raw(0x95).Raw(1, 0, 0, 0, 0, 0, 0, 0).Raw("}").Raw(0x94).Raw(0x8C, 1).Raw("a")
            .Raw(0x8C, 12).Raw("torch._utils").Raw(0x8C, 18).Raw("_rebuild_tensor_v2").Raw(0x93).Raw("(").Storage("0", "FloatStorage", 2).Raw("K", 0)
            .Numbers(2).Numbers(1).Raw(0x89).Raw(0x8C, 11).Raw("collections").Raw(0x8C, 11).Raw("OrderedDict").Raw(0x93).Raw(")").Raw(0x81).Raw("tRs").Stop();
        Floats(TorchBytes.Archive(four, ("0", 2)), "a").ShouldBe([0f, 1f]);

        byte[] two = PickleBytes.Protocol().Global("collections", "OrderedDict").Raw("]").Raw("]").Raw("U", 1).Raw("a").Raw("a")
            .Vector("0", 2).Raw("a").Raw("a").Raw(0x85).Raw("R").Stop();
        Floats(TorchBytes.Archive(two, ("0", 2)), "a").ShouldBe([0f, 1f]);
    }

    [Fact]
    public void What_holds_no_tensors_says_what_it_holds()
    {
        TorchBytes.Refused(TorchBytes.Archive(PickleBytes.Protocol().Raw("}").Text("epoch").Raw("K", 3).Raw("s").Stop())).Reason
            .ShouldBe("its dictionary holds no tensors: it has 'epoch'");
        TorchBytes.Refused(TorchBytes.Archive(PickleBytes.Protocol().Raw("}").Stop())).Reason.ShouldBe("its dictionary holds no tensors: it is empty");
        TorchBytes.Refused(TorchBytes.Archive(PickleBytes.Protocol().Vector("0", 1).Stop(), ("0", 1))).Reason
            .ShouldBe("holds no dictionary of tensors: save a state_dict()");
    }

    [Fact]
    public void A_dictionary_that_contains_itself_comes_to_an_end()
    {
        byte[] pickle = PickleBytes.Protocol().Raw("}q", 0).Text("model").Raw("h", 0).Raw("s").Stop();
        TorchBytes.Refused(TorchBytes.Archive(pickle)).Reason.ShouldBe("its dictionary holds no tensors: it has 'model'");
    }

    private static float[] Floats(byte[] file, string name)
    {
        using WeightFile opened = TorchBytes.Open(file);
        return opened.ReadFloats(name);
    }
}
