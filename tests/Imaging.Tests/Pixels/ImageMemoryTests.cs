namespace EfficientNet.Imaging.Tests.Pixels;

public class ImageMemoryTests
{
    public static TheoryData<string> Layouts => ["rgb", "bgr", "rgba", "bgra", "gray"];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_layout_is_read_at_every_stride(string layout)
    {
        const int width = 5, height = 4;
        int size = layout == "gray" ? 1 : layout.Length;
        byte[] expected = new byte[width * height * 3];
        new Random(3).NextBytes(expected);
        if (layout == "gray")
        {
            for (int i = 0; i < expected.Length; i++) expected[i] = expected[i / 3 * 3];
        }

        foreach (int padding in (int[])[0, 1, 3, 40])
        {
            int stride = width * size + padding;
            // Neither the padding nor the alpha may show: they hold a value of their own, and the last row has no padding.
            byte[] memory = new byte[stride * (height - 1) + width * size];
            Array.Fill(memory, (byte)0xEE);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    for (int c = 0; c < 3; c++)
                    {
                        int place = layout == "gray" ? 0 : layout.IndexOf("rgb"[c], StringComparison.Ordinal);
                        memory[y * stride + x * size + place] = expected[(y * width + x) * 3 + c];
                    }
                }
            }

            Image image = Make(layout, memory, width, height, stride);

            image.Pixels.ToArray().ShouldBe(expected);
            image.Row(2).ToArray().ShouldBe(expected[30..45]);
            if (padding == 0) Make(layout, memory, width, height, 0).Pixels.ToArray().ShouldBe(expected);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Memory_that_ends_too_early_and_strides_that_are_too_short_are_refused(string layout)
    {
        int row = 7 * (layout == "gray" ? 1 : layout.Length);

        Should.Throw<ArgumentException>(() => Make(layout, new byte[row * 3 - 1], 7, 3, 0)).ParamName.ShouldBe("pixels");
        Should.Throw<ArgumentException>(() => Make(layout, new byte[(row + 5) * 2 + row - 1], 7, 3, row + 5)).ParamName.ShouldBe("pixels");
        Should.Throw<ArgumentOutOfRangeException>(() => Make(layout, new byte[row * 3], 7, 3, row - 1)).ParamName.ShouldBe("stride");
        Should.Throw<ArgumentOutOfRangeException>(() => Make(layout, new byte[row * 3], 7, 3, -row));
        Should.Throw<ArgumentOutOfRangeException>(() => Make(layout, new byte[row * 3], 0, 3, 0)).ParamName.ShouldBe("width");
        Should.Throw<ArgumentOutOfRangeException>(() => Make(layout, new byte[row * 3], 7, -1, 0)).ParamName.ShouldBe("height");
        Should.Throw<ArgumentOutOfRangeException>(() => Make(layout, new byte[row * 3], int.MaxValue, int.MaxValue, 0));
        Should.Throw<ArgumentException>(() => Make(layout, new byte[row * 3], 26000, 26000, 0));
    }

    [Fact]
    public void An_image_does_not_change_with_the_memory_it_came_from()
    {
        byte[] memory = [1, 2, 3];
        Image image = Image.FromRgb(memory, 1, 1);

        memory[0] = 99;

        image.Pixels[0].ShouldBe((byte)1);
    }

    [Fact]
    public void A_row_outside_the_image_is_refused()
    {
        Image image = Image.FromGray([1, 2], 1, 2);

        Should.Throw<ArgumentOutOfRangeException>(() => image.Row(2).Length);
        Should.Throw<ArgumentOutOfRangeException>(() => image.Row(-1).Length);
    }

    private static Image Make(string layout, byte[] memory, int width, int height, int stride) => layout switch
    {
        "rgb" => Image.FromRgb(memory, width, height, stride),
        "bgr" => Image.FromBgr(memory, width, height, stride),
        "rgba" => Image.FromRgba(memory, width, height, stride),
        "bgra" => Image.FromBgra(memory, width, height, stride),
        _ => Image.FromGray(memory, width, height, stride),
    };
}
