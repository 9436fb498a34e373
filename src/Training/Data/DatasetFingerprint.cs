using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace EfficientNet.Training;

/// <summary>Tells data sets apart by what a network learns from them: names of classes, and of every image, in order, its file's name and labels. Not by where they lie.</summary>
internal static class DatasetFingerprint
{
    /// <summary>XXH3 of 128 bits, the first half in hexadecimal.</summary>
    public static string Of(ImageDataset dataset)
    {
        var hash = new XxHash128();
        Add(dataset.Classes.Count);
        foreach (string name in dataset.Classes) AddText(name);
        for (int index = 0; index < dataset.Count; index++)
        {
            AddText(Path.GetFileName(dataset.NameOf(index)));
            ReadOnlySpan<int> labels = dataset.LabelsOf(index);
            Add(labels.Length);
            foreach (int label in labels) Add(label);
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8));

        void Add(int number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            hash.Append(bytes);
        }

        void AddText(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Add(bytes.Length);
            hash.Append(bytes);
        }
    }
}
