using System;
using System.IO;
using System.Linq;
using EfficientNet.Launcher;

// NAME.avx512 where the operating system reports AVX-512, else NAME.avx2, else one line that says what is missing.
string self = Environment.ProcessPath!;
string folder = Path.GetDirectoryName(self)!;
string suffix = OperatingSystem.IsWindows() ? ".exe" : "";
string name = Path.GetFileName(self);
name = name.Substring(0, name.Length - suffix.Length);
string[] features = OperatingSystem.IsWindows()
    ? WindowsProcess.Features()
    : Flavours.OfLinux(File.ReadAllText("/proc/cpuinfo")).Union(ProcessorFeatures.OnGeneralRegisters()).ToArray();
string[] flavours = Flavours.InOrder(features, Environment.GetEnvironmentVariable("EFFICIENTNET_ISA"));
if (flavours.Length == 0)
{
    Console.Error.WriteLine(Flavours.Refusal(name, features));
    return 1;
}

string[] programs = flavours.Select(flavour => Path.Combine(folder, name + "." + flavour + suffix)).ToArray();
if (programs.FirstOrDefault(File.Exists) is not { } program)
{
    Console.Error.WriteLine(name + " has nothing to start: expected " + string.Join(" or ", programs) + ".");
    return 1;
}

return OperatingSystem.IsWindows() ? WindowsProcess.Run(program, args) : UnixProcess.Become(program, args);
