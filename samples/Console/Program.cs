// dotnet run -- WEIGHTS PHOTO
using System;
using System.Globalization;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using Sample;

using Tiny network = Tiny.Load(args[0], new NetworkOptions { Warning = Console.Error.WriteLine });
using Session session = network.CreateSession(threads: 1);
ClassScore best = session.Classify(Image.Load(args[1]), top: 1)[0];
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Network.Name} on {network.InstructionSet}: class {best.Class}, {best.Score:R}"));
