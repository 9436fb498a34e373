using BitMiracle.LibJpeg.Classic;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// Turns what the library finds wrong into exceptions, also what it would itself pass over by inventing pixels.
/// </summary>
internal sealed class JpegErrors(EncodedImage source, JpegSource position) : jpeg_error_mgr
{
    private J_MESSAGE_CODE code;

    public override void error_exit() => throw Failure();

    public override void emit_message(int level)
    {
        const int warning = -1;
        if (level != warning) return;

        ImageFormatException failure = Failure();
        // None of these takes anything away from the image; all others mean lost or made-up coefficients.
        bool harmless = code is J_MESSAGE_CODE.JWRN_ADOBE_XFORM or J_MESSAGE_CODE.JWRN_JFIF_MAJOR or J_MESSAGE_CODE.JWRN_EXTRANEOUS_DATA
            // A baseline scan has all 64 coefficients, whatever its header says of them; some writers leave zeros there.
            or J_MESSAGE_CODE.JWRN_NOT_SEQUENTIAL;
        if (!harmless) throw failure;
    }

    public override void output_message()
    {
    }

    // The code itself is not public, but the formatting asks for its text.
    protected override string GetMessageText(int code)
    {
        this.code = (J_MESSAGE_CODE)code;
        return base.GetMessageText(code);
    }

    private ImageFormatException Failure() => source.Error($"JPEG is broken near byte {position.Position}: {format_message()}");
}
