namespace EfficientNet.Benchmarks.Comparison;

/// <summary>Some disposables as one: if one cannot be made, those before it are disposed.</summary>
internal sealed class Disposables<T> : IDisposable
    where T : IDisposable
{
    private readonly List<T> _all = [];

    /// <summary>Makes them.</summary>
    public Disposables(IEnumerable<T> made)
    {
        try
        {
            foreach (T one in made) _all.Add(one);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>All, in their order.</summary>
    public IReadOnlyList<T> All => _all;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (T one in _all) one.Dispose();
    }
}
