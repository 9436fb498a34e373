using System;
using System.Globalization;
using System.Linq;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Support;

/// <summary>A network in one line: name, kernels, the first label, a mean and its logits' bits. Tests compile it, and the projects that they make.</summary>
public static class NetworkLine
{
    public static string Of(CompiledNetwork network)
    {
        using (network)
        {
            using Session session = network.CreateSession(1);
            float[] pixels = Enumerable.Range(0, 3 * network.Network.Resolution * network.Network.Resolution).Select(i => i % 7 / 7f).ToArray();
            float[] logits = new float[network.Network.Classes];
            session.Forward(pixels, logits);
            string mean = network.Preprocessing.Mean[0].ToString(CultureInfo.InvariantCulture);
            return $"{network.Network.Name} {network.InstructionSet} {network.Labels?[0]} {mean} {string.Join(" ", logits.Select(BitConverter.SingleToInt32Bits))}";
        }
    }
}
