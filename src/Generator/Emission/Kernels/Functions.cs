namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes what every family of kernels has once: sigmoid, softmax, tables.</summary>
internal static class Functions
{
    public static void Write(KernelContext context, int classes)
    {
        WriteSigmoid(context);
        context.Writer.Line();
        WriteExp(context);
        context.Writer.Line();
        WriteSoftmax(context, classes);
        context.Writer.Line();
        WriteSigmoids(context, classes);
    }

    /// <summary>Bit patterns in the assembly's data: they never move, so a pointer to them is one instruction.</summary>
    public static void WriteTable(SourceWriter writer, string name, string comment, IEnumerable<uint> bits)
    {
        writer.Line($"// {comment}");
        writer.Line($"private static ReadOnlySpan<uint> {name} => new uint[]");
        writer.Line("{");
        uint[] all = bits.ToArray();
        for (int i = 0; i < all.Length; i += 8)
        {
            writer.Line("    " + string.Join(" ", all.Skip(i).Take(8).Select(b => $"0x{b:x8},")));
        }

        writer.Line("};");
        writer.Line();
    }

    public static void WriteTablePointer(SourceWriter writer)
    {
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Line("private static float* Table(ReadOnlySpan<uint> bits) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bits));");
        writer.Line();
    }

    private static void WriteSigmoid(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        writer.Line("// 1 / (1 + e^−x). Below −40 the gate is that of −40: its products would be denormal, which slows every later operation.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        using (writer.Block($"private static {context.VectorOfFloat} Sigmoid({context.VectorOfFloat} x)"))
        {
            writer.Line("return V.Create(1f) / (V.Create(1f) + Exp(V.MinNative(V.Create(40f), -x)));");
        }
    }

    private static void WriteExp(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        writer.Line("// e^x, x between −87 and 88");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        using (writer.Block($"private static {context.VectorOfFloat} Exp({context.VectorOfFloat} x)"))
        {
            ExpText.Constants(context);
            ExpText.Apply(context, "x", "e");
            writer.Line("return e;");
        }
    }

    private static void WriteSoftmax(KernelContext context, int classes)
    {
        SourceWriter writer = context.Writer;
        int whole = classes / context.Isa.Floats * context.Isa.Floats;
        writer.Line($"// Softmax of {classes} logits: the largest is subtracted before the exponential, sums are in double.");
        writer.Line(KernelContext.Attribute);
        using (writer.Block("public static void Softmax(float* logits, float* probabilities)"))
        {
            writer.Line("float largest = logits[0];");
            if (classes > 1) writer.Line($"for (nint c = 1; c < {classes}; c++) largest = MathF.Max(largest, logits[c]);");
            using (writer.Block("if (float.IsNaN(largest))"))
            {
                writer.Line($"new Span<float>(probabilities, {classes}).Fill(float.NaN);");
                writer.Line("return;");
            }

            writer.Line("var shift = V.Create(largest);");
            if (whole > 0) writer.Line($"for (nint c = 0; c < {whole}; c += {context.Isa.Floats}) V.Store(Exp(V.Load(logits + c) - shift), probabilities + c);");
            if (whole < classes) writer.Line($"for (nint c = {whole}; c < {classes}; c++) probabilities[c] = Exp(V.Create(logits[c]) - shift).ToScalar();");
            writer.Line("double sum = 0;");
            writer.Line($"for (nint c = 0; c < {classes}; c++) sum += probabilities[c];");
            writer.Line($"for (nint c = 0; c < {classes}; c++) probabilities[c] = (float)(probabilities[c] / sum);");
        }
    }

    private static void WriteSigmoids(KernelContext context, int classes)
    {
        SourceWriter writer = context.Writer;
        int floats = context.Isa.Floats;
        writer.Line($"// Each of {classes} logits alone: the sigmoid, and NaN where the logit is, which the gate's clamp would make a number of.");
        writer.Line(KernelContext.Attribute);
        using (writer.Block("public static void Sigmoids(float* logits, float* probabilities)"))
        using (writer.Block($"for (nint c = 0; c < {classes}; c += {(classes < floats ? 1 : floats)})"))
        {
            // The last vector ends with the last class: some are computed twice.
            string at = classes % floats == 0 || classes < floats ? "c" : $"Math.Min(c, {classes - floats})";
            writer.Line($"nint at = {at};");
            writer.Line(classes < floats ? "var x = V.Create(logits[at]);" : "var x = V.Load(logits + at);");
            writer.Line("x = V.ConditionalSelect(V.Equals(x, x), Sigmoid(x), x);");
            writer.Line(classes < floats ? "probabilities[at] = x.ToScalar();" : "V.Store(x, probabilities + at);");
        }
    }
}
