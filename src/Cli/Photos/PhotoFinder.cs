using EfficientNet.Cli.Invocation;

namespace EfficientNet.Cli.Photos;

/// <summary>Finds the photos that files and folders on the command line stand for.</summary>
internal static class PhotoFinder
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    /// <summary>Lists the photos: files as they are named, whatever their ending; of folders and the folders in them
    /// all that end as photos do, in ordinal order of their names, so that every machine lists them alike.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="failure">Told of every folder that cannot be read or holds no photo.</param>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths, Action<string> failure)
    {
        var photos = new List<string>();
        foreach (string path in paths)
        {
            if (!Directory.Exists(path))
            {
                photos.Add(path);
                continue;
            }

            int before = photos.Count;
            bool complete = AddFolder(new DirectoryInfo(path), path, photos, failure);
            if (complete && photos.Count == before) failure($"{path}: the folder holds no PNG or JPEG file");
        }
        return photos;
    }

    private static bool AddFolder(DirectoryInfo folder, string shown, List<string> photos, Action<string> failure)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception exception) when (FileReason.Explains(exception))
        {
            failure(FileReason.Line(shown, exception is UnauthorizedAccessException ? new IOException("access is denied") : exception));
            return false;
        }

        bool complete = true;
        foreach (FileSystemInfo entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            // Hidden ones are thumbnails and what macOS keeps beside its files.
            if (entry.Name.StartsWith('.')) continue;
            string name = Path.Combine(shown, entry.Name);
            if (entry is DirectoryInfo inner)
            {
                // A link to a folder may lead back up.
                if (inner.LinkTarget is null) complete &= AddFolder(inner, name, photos, failure);
            }
            else if (Endings.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
            {
                photos.Add(name);
            }
        }
        return complete;
    }
}
