using EfficientNet.Imaging.Decoding;

namespace EfficientNet.Imaging;

/// <content>Images from PNG and JPEG files.</content>
public sealed partial class Image
{
    /// <summary>Reads a PNG or JPEG file, which of the two its first bytes tell; EXIF orientation is applied.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; <see cref="ImageDecoderOptions.Default"/> when null.</param>
    /// <returns>The image, upright, in RGB.</returns>
    /// <exception cref="ImageFormatException">The file is no PNG or JPEG, is broken, or is larger than allowed.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static Image Load(string path, ImageDecoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ImageDecoder.Decode(EncodedImage.Read(path, options ?? ImageDecoderOptions.Default));
    }

    /// <summary>Decodes the bytes of a PNG or JPEG file; EXIF orientation is applied.</summary>
    /// <param name="bytes">The whole file. They are not kept, but must not change meanwhile.</param>
    /// <param name="name">What errors call the image; anything, a file's name at best.</param>
    /// <param name="options">Limits; <see cref="ImageDecoderOptions.Default"/> when null.</param>
    /// <returns>The image, upright, in RGB.</returns>
    /// <exception cref="ImageFormatException">The bytes are no PNG or JPEG, are broken, or hold more pixels than allowed.</exception>
    public static Image Decode(ReadOnlyMemory<byte> bytes, string name, ImageDecoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ImageDecoder.Decode(new EncodedImage(name, bytes, options ?? ImageDecoderOptions.Default));
    }
}
