using EfficientNet.Compiler.Packing;
using EfficientNet.Runtime;

// EfficientNet.Compiler.Packing OPTIONS: what the package's targets wrote into that file. Standard output is for them to pass on: after exit code 0
// warnings, one a line; after 1 what is wrong with the weight file; after 2 any other reason.
try
{
    PackingOptions options = PackingOptions.Read(args.Single());
    Packer.Run(options, Console.WriteLine);
    return 0;
}
catch (WeightFileException exception)
{
    Console.WriteLine(exception.Reason);
    return 1;
}
catch (Exception exception)
{
    Console.WriteLine($"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
    return 2;
}
