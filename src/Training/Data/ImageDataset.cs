using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Images with the classes they belong to. Nothing of it changes once it is opened, and any number of threads may read it.</summary>
public abstract class ImageDataset
{
    /// <summary>The folder or file as the user gave it.</summary>
    public abstract string Name { get; }

    /// <summary>The names of the classes; a label is a place in this list.</summary>
    public abstract IReadOnlyList<string> Classes { get; }

    /// <summary>How many images there are.</summary>
    public abstract int Count { get; }

    /// <summary>Whether an image has any number of labels instead of exactly one.</summary>
    public virtual bool IsMultiLabel => false;

    /// <summary>What errors and reports call an image: the path of its file, or its place in a file of many.</summary>
    /// <param name="index">The image, from 0 to <see cref="Count"/> − 1.</param>
    public abstract string NameOf(int index);

    /// <summary>The classes of an image, ascending: one, or any number where <see cref="IsMultiLabel"/>.</summary>
    /// <param name="index">The image, from 0 to <see cref="Count"/> − 1.</param>
    public abstract ReadOnlySpan<int> LabelsOf(int index);

    /// <summary>Reads and decodes an image.</summary>
    /// <param name="index">The image, from 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="DatasetException">The file cannot be read or is no image; it is named.</exception>
    public abstract Image Read(int index);

    /// <summary>The file of an image that is a JPEG of its own, so that a loader decodes only the part that it crops; null for any other, which is <see cref="Read"/> whole.</summary>
    /// <param name="index">The image, from 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="DatasetException">The file cannot be read or is no image; it is named.</exception>
    public virtual JpegFile? OpenJpeg(int index)
    {
        return null;
    }
}
