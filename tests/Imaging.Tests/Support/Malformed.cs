namespace EfficientNet.Imaging.Tests.Support;

/// <summary>What every broken file must do, and how to break one.</summary>
internal static class Malformed
{
    /// <summary>Decodes what must be refused, in the form that errors have, and returns the reason.</summary>
    public static string Reason(byte[] file, ImageDecoderOptions? options = null)
    {
        ImageFormatException error = Should.Throw<ImageFormatException>(() => Image.Decode(file, "bad file", options));
        error.Message.ShouldBe($"bad file: {error.Reason}");
        error.File.ShouldBe("bad file");
        error.Message.ShouldNotContain("\n");
        return error.Reason;
    }

    /// <summary>Decodes what may or may not be broken: an image or the one exception, nothing else.</summary>
    public static bool IsRefused(byte[] file)
    {
        try
        {
            Image image = Image.Decode(file, "maybe", new ImageDecoderOptions { MaxPixels = 1_000_000 });
            image.Pixels.Length.ShouldBe(image.Width * image.Height * 3);
            return false;
        }
        catch (ImageFormatException)
        {
            return true;
        }
    }

    /// <summary>The same file with some bytes changed at random.</summary>
    public static byte[] Scrambled(byte[] file, Random random)
    {
        byte[] changed = (byte[])file.Clone();
        for (int i = random.Next(1, 5); i > 0; i--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return changed;
    }

    /// <summary>Bytes allocated by this thread while it does something.</summary>
    public static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
