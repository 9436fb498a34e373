using EfficientNet.Benchmarks.First;
using EfficientNet.Benchmarks.FreshProcess;

// A user's program as far as its start goes: the networks that it uses, and nothing else. The first argument is the verb that compare has too.
FirstLogits.Run(
    args[1..],
    name => name switch
    {
        nameof(EfficientNetB0) => EfficientNetB0.Load,
        nameof(EfficientNetLite0) => EfficientNetLite0.Load,
        _ => throw new ArgumentException($"{name} is neither {nameof(EfficientNetB0)} nor {nameof(EfficientNetLite0)}."),
    },
    Console.Out);
