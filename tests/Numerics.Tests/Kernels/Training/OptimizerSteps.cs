using EfficientNet.Numerics.Tests.Kernels.Harness;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>One step of one parameter, by the formulas of the kernels' contracts and with their options: the new parameter, then the new memory.</summary>
internal static class OptimizerSteps
{
    public static Rounded[] Of(string title, double w, double g, double first, double second, float[] o, double decay)
    {
        Rounded scaled = (Rounded)g * (double)o[0];
        Rounded gradient = scaled + (Rounded)w * ((Rounded)(double)o[2] * decay);
        switch (title)
        {
            case "Sgd" or "Nesterov":
            {
                Rounded m = (Rounded)first * (double)o[3] + gradient;
                Rounded step = title == "Sgd" ? m : m * (double)o[3] + gradient;
                return [(Rounded)w - step * (double)o[1], m];
            }

            case "AdamW":
            {
                Rounded m = (Rounded)first * (double)o[3] + scaled * (double)o[4];
                Rounded s = (Rounded)second * (double)o[5] + scaled * scaled * (double)o[6];
                Rounded kept = (Rounded)w - (Rounded)w * ((Rounded)(double)o[1] * (double)o[2] * decay);
                return [kept - m * (double)o[8] / (Rounded.Sqrt(s) * (double)o[9] + (double)o[7]), m, s];
            }

            default:
            {
                Rounded s = (Rounded)second * (double)o[4] + gradient * gradient * (double)o[5];
                if (title == "RmsPropTensorFlow")
                {
                    Rounded m = (Rounded)first * (double)o[3] + gradient * (double)o[1] / Rounded.Sqrt(s + (double)o[6]);
                    return [w - m, m, s];
                }

                Rounded b = (Rounded)first * (double)o[3] + gradient / (Rounded.Sqrt(s) + (double)o[6]);
                return [w - b * (double)o[1], b, s];
            }
        }
    }
}
